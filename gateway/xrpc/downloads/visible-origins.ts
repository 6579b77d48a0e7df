import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { checkCoversAll } from '../../auth/access/index.ts'
import type { Session } from '../../auth/token/index.ts'
import { upstreamOrigin } from '../../downloads/index.ts'

/**
 * Whose packages somebody may ask about: those of the organisations they manage; who manages any may ask about upstream's, too,
 * for those concern everybody.
 * @throws TokenTooNarrow, DownloadsNotShown, NotReady, ComponentUnavailable
 */
export async function visibleOrigins(appview: PeerClient, session: Session): Promise<string[]> {
  checkCoversAll(session, 'who has downloaded packages')
  const actor = session.did as DidString
  const { orgs } = await appview.call(app.npm.registry.listOrgs, { params: { viewer: actor } })
  const managed: string[] = []
  for (const { did: org } of orgs) {
    const params = { org, actor, action: 'manage', package: '*' }
    if ((await appview.call(app.npm.registry.checkPermission, { params })).allowed) managed.push(org)
  }
  if (managed.length === 0) throw new AtollError('DownloadsNotShown', { actor: session.handle })
  return [...managed, upstreamOrigin]
}
