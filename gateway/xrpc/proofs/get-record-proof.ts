import type { DidString } from '@atproto/syntax'
import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { AccountRole } from '#common/identity/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { app, atproto } from '#lexicons'
import { coversPackage, type Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { packagesInProof } from './packages-in-proof.ts'

const maxProofBytes = 4_000_000
const questionsAtOnce = 4

/** What may be proven through here, and in whose repository it is. */
const provable: Record<string, AccountRole> = {
  [app.npm.package.version.$nsid]: 'org',
  [app.npm.publish.attestation.$nsid]: 'people',
}

/**
 * The proof of one record. Its nodes name the record's neighbours in the repository, so it is for those who may read every
 * package it names; what people attest is named by CIDs, which tell nothing.
 * @throws NotFound, ProofNamesOthers, ComponentUnavailable
 */
export async function getRecordProof(
  { peers, identities }: Pick<GatewayContext, 'peers' | 'identities'>,
  session: Session,
  { did, collection, rkey }: { did: string; collection: string; rkey: string },
): Promise<Buffer> {
  const role = provable[collection]
  if (role === undefined || (await identities.resolve(did))?.role !== role)
    throw new AtollError('NotFound', { package: did })
  const response = await peers[role].fetch(atproto.getRecord, { did, collection, rkey })
  const proof = await readBounded(response.body, maxProofBytes)
  if (role === 'org') await checkReadsAll(peers, session, { org: did, names: packagesInProof(proof) })
  return proof
}

async function checkReadsAll(
  { appview }: GatewayContext['peers'],
  { did, rights }: Session,
  { org, names }: { org: string; names: ReadonlySet<string> },
): Promise<void> {
  const about = { org: org as DidString, actor: did as DidString, action: 'read' }
  await forEachBounded(names, questionsAtOnce, async (name) => {
    const params = { ...about, package: name }
    const { allowed } = await appview.call(app.npm.registry.checkPermission, { params })
    if (!allowed || !coversPackage(rights, name)) throw new AtollError('ProofNamesOthers')
  })
}
