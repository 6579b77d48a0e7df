import type { PromotionContext } from '../context.ts'
import { crossPublish } from '../cross-publish/cross-publish.ts'
import { hasReached, stands } from '../promotion.ts'
import { listPromotions } from '../promotions.ts'
import { publicVersionsOf } from '../public-versions.ts'
import { pushFace } from '../push-face.ts'
import { followVersions } from './follow-versions.ts'
import type { FollowedPackage } from './followed-package.ts'

export { noTurns, type Turns } from './turns.ts'

/**
 * Has a public package say what is said of it inside: withdrawals always, since strangers should be warned; the rest, and later versions, when
 * its promotion says that it follows.
 * @returns why something does not follow
 */
export async function follow(context: PromotionContext, followed: FollowedPackage): Promise<string | undefined> {
  const { org, name, latest } = followed
  const problem =
    latest.request.follow === 'auto' && stands(latest) ? await followVersions(context, followed) : undefined
  const promotions = await listPromotions(context.host, org)
  const only = latest.request.follow === 'auto' && stands(latest) ? undefined : 'withdrawals'
  const versions = publicVersionsOf(promotions, name)
  const leftOut = await pushFace(context, { org, name, versions, promotions, by: latest, only })
  for (const each of promotions) {
    const isThere = each.request.name === name && hasReached(each, 'crossPublished')
    // Versions that followed; and all of them, when it is another registry by now.
    if (isThere && stands(each)) await crossPublish(context, each)
  }
  return problem ?? leftOut
}
