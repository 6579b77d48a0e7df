import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { handleOf, type Identities } from '#common/identity/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { isLimited, type Session } from '../token/index.ts'

/**
 * Whether these are tokens the caller may make, see and end: their own, or those of an organisation they manage.
 * @param org DID; undefined for their own
 * @throws TokenLimited, Forbidden, ComponentUnavailable
 */
export async function checkManagesTokens(
  { peers, identities }: { peers: { appview: PeerClient }; identities: Identities },
  session: Session,
  org: string | undefined,
): Promise<void> {
  if (isLimited(session)) throw new AtollError('TokenLimited', { token: session.tokenName })
  if (org === undefined) return
  const action = 'manage'
  const params = { org: org as DidString, actor: session.did as DidString, action, package: '*' }
  const { allowed, missing = action } = await peers.appview.call(app.npm.registry.checkPermission, { params })
  if (allowed) return
  const handle = await handleOf(identities, org)
  throw new AtollError('Forbidden', { actor: session.handle, action, package: 'tokens', org: handle, missing })
}
