import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import type { PromotionContext } from './context.ts'
import type { Promotion } from './promotion.ts'

const timeoutMs = 5_000
// Who may decide and did not within that time is not reminded after a restart.
const newForMs = 30 * 24 * 60 * 60 * 1000

/**
 * Has who may approve a promotion told of it. The AppView knows who that is, and sends; told twice, it sends once.
 * @throws UpstreamUnavailable and the like, while the AppView does not take it
 */
export async function tellWhoDecides(
  { peers, clock }: Pick<PromotionContext, 'peers' | 'clock'>,
  { org, cid, request }: Pick<Promotion, 'org' | 'cid' | 'request'>,
): Promise<void> {
  if (Date.parse(request.createdAt) < clock.now() - newForMs) return
  const { id, name, requestedBy } = request
  const versions = request.versions.map(({ version }) => version)
  const input = { ...{ org: org as DidString, cid, id, name, versions }, requestedBy: requestedBy as DidString }
  await peers.appview.call(app.npm.registry.noteWaitingPromotion, { input, timeoutMs })
}
