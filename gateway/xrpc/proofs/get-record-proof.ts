import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { AccountRole } from '#common/identity/index.ts'
import { app, atproto } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { checkIsEvidence } from './check-is-evidence.ts'
import { checkNamesShown } from './check-names-shown.ts'
import { checkReadsAll } from './check-reads-all.ts'
import { checkReadsAttested } from './check-reads-attested.ts'
import { packagesInProof } from './packages-in-proof.ts'

const maxProofBytes = 4_000_000

/** What may be proven through here, and in whose repository it is. */
const provable: Record<string, AccountRole> = {
  [app.npm.package.version.$nsid]: 'org',
  [app.npm.publish.attestation.$nsid]: 'people',
  [app.npm.registry.org.$nsid]: 'people',
  [app.npm.org.approval.$nsid]: 'people',
  [app.npm.org.membership.$nsid]: 'people',
}
const ofHalves: readonly string[] = [app.npm.package.version.$nsid, app.npm.publish.attestation.$nsid]

/**
 * The proof of one record. Its nodes name the record's neighbours in the repository, so it is for those who may read every
 * package it names. In a person's repository the neighbours are CIDs, which tell nothing by themselves, but each of them can be asked
 * for here; so an attestation is for those who may read the package it is about.
 * @param asked.for the version whose publisher's right it is evidence of: needed for all but the two halves
 * @throws NotFound, ProofNamesOthers, TokenTooNarrow, ComponentUnavailable
 */
export async function getRecordProof(
  context: Pick<GatewayContext, 'config' | 'peers' | 'identities'>,
  session: Session,
  asked: { did: string; collection: string; rkey: string; for?: string | undefined },
): Promise<Buffer> {
  const { peers, identities } = context
  const { did, collection, rkey } = asked
  const role = provable[collection]
  if (role === undefined || (await identities.resolve(did))?.role !== role)
    throw new AtollError('NotFound', { package: did })
  if (!ofHalves.includes(collection)) await checkIsEvidence(context, session, asked, asked.for ?? '')
  const response = await peers[role].fetch(atproto.getRecord, { did, collection, rkey })
  const proof = await readBounded(response.body, maxProofBytes)
  if (role === 'org') await checkReadsAll(peers, session, { org: did, names: packagesInProof(proof) })
  if (collection === app.npm.publish.attestation.$nsid) await checkReadsAttested(peers, session, asked, proof)
  if (collection === app.npm.registry.org.$nsid) await checkNamesShown(peers, session, proof)
  return proof
}
