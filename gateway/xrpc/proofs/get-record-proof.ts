import type { DidString } from '@atproto/syntax'
import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { AccountRole } from '#common/identity/index.ts'
import { app, atproto } from '#lexicons'
import { checkCoversAll } from '../../auth/access/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

const maxProofBytes = 4_000_000

/** What may be proven through here, and in whose repository it is. */
const provable: Record<string, AccountRole> = {
  [app.npm.package.version.$nsid]: 'org',
  [app.npm.publish.attestation.$nsid]: 'people',
}

/**
 * The proof of one record: the nodes of the repository's tree on the way to it name its neighbours. So what an organisation's
 * repository proves is for those who may read everything there, with a token that covers everything; what people attest is named
 * by CIDs, which tell nothing.
 * @throws NotFound, Forbidden, TokenTooNarrow, ComponentUnavailable
 */
export async function getRecordProof(
  { peers, identities }: Pick<GatewayContext, 'peers' | 'identities'>,
  session: Session,
  { did, collection, rkey }: { did: string; collection: string; rkey: string },
): Promise<Buffer> {
  const role = provable[collection]
  const account = await identities.resolve(did)
  if (role === undefined || account?.role !== role) throw new AtollError('NotFound', { package: did })
  if (role === 'org') await checkReadsAll(peers, session, { did, handle: account.handle ?? did })
  const response = await peers[role].fetch(atproto.getRecord, { did, collection, rkey })
  return readBounded(response.body, maxProofBytes)
}

async function checkReadsAll(
  { appview }: GatewayContext['peers'],
  session: Session,
  org: { did: string; handle: string },
): Promise<void> {
  checkCoversAll(session, 'proofs, which name packages beside the one that is proven')
  const actor = session.did as DidString
  const params = { org: org.did as DidString, actor, action: 'read', package: '*' }
  if ((await appview.call(app.npm.registry.checkPermission, { params })).allowed) return
  const about = 'proofs, which name other packages of the organisation'
  throw new AtollError('Forbidden', {
    actor: session.handle,
    action: 'read',
    package: about,
    missing: 'read on *',
    org: org.handle,
  })
}
