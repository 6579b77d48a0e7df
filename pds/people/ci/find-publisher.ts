import { readPublisherUri } from '#common/operations/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { findWitness } from '../attest/index.ts'
import { type JobContext, notTrusted } from './context.ts'

/**
 * Reads the trusted publisher from the organisation's repository, with proof. Somebody approved exactly this record on this PDS, or
 * the org PDS could make up a publisher and have its jobs attested; whether they might, the AppView judges.
 * @throws NotTrusted, ProofFailed, ComponentUnavailable
 */
export async function findPublisher(context: JobContext): Promise<void> {
  const { people, operation, input } = context
  const { main } = app.npm.org.trustedPublisher
  const { org, rkey } = readPublisherUri(input.publisher)
  if (org !== operation.org) throw notTrusted(context, 'it is of another organisation')
  const proof = await fetchRecordProof({ did: org, role: 'org', collection: main.$type, rkey }, people.proofs)
  const parsed = proof && main.safeParse(proof.record)
  if (parsed?.success !== true) throw notTrusted(context, 'its organisation has no such trusted publisher')
  if ((await findWitness(people, proof?.cid ?? '')) === undefined) throw notTrusted(context, 'nobody approved it')
  context.publisher = parsed.value
}
