import { AtollError } from '#common/errors/index.ts'
import { checkWitness, type Witnessed } from './check-witness.ts'
import { fetchRecordProof, type ProofSources, type RecordProof } from './fetch-record-proof.ts'

/**
 * Proves the people's half: that a person's repository, on the people PDS, holds the record that stands behind a write.
 * @param witness.did the person
 * @param witness.collection of attestations or approvals: `witnessOf` the operation's kind
 * @param witness.subject the record it has to be about
 * @throws NotAttested when there is none, or one that does not count; ProofFailed, ComponentUnavailable,
 *   DirectoryUnavailable, IdentityInvalid
 */
export async function proveWitness(
  { did, collection, subject }: { did: string; collection: string; subject: Witnessed },
  sources: ProofSources,
): Promise<RecordProof> {
  const proof = await fetchRecordProof({ did, role: 'people', collection, rkey: subject.cid }, sources)
  const wrong = proof === undefined ? `${did} has none` : checkWitness(collection, proof.record, subject)
  if (proof === undefined || wrong !== undefined) {
    throw new AtollError('NotAttested', { subject: subject.uri, reason: wrong })
  }
  return proof
}
