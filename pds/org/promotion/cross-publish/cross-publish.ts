import { app } from '#lexicons'
import type { PromotionContext } from '../context.ts'
import { tagsOf } from '../face/tags-of.ts'
import { noteProgress } from '../note-progress.ts'
import { presentRecords } from '../present-records.ts'
import { type Promotion, stands } from '../promotion.ts'
import { findPromotion, listPromotions } from '../promotions.ts'
import { publicVersionsOf } from '../public-versions.ts'
import { findAbout, findVersion } from '../version-records.ts'
import { missingAt } from './missing-at.ts'
import { outgoingOf } from './outgoing-of.ts'
import { publishOnce } from './publish-once.ts'
import { tagOf } from './tag-of.ts'
import type { TargetRegistry } from './target-registry.ts'

/**
 * Has the other registry hold what is public by a promotion. What arrived is written down version by version, so that after a kill nothing
 * is sent that is there. One that cannot go there holds up no other.
 * @returns whether all are there: not so when it was withdrawn meanwhile
 * @throws why one is not there
 */
export async function crossPublish(context: PromotionContext, promotion: Promotion): Promise<boolean> {
  const { crossPublisher, host } = context
  if (crossPublisher === undefined) return true
  const { org, request } = promotion
  const { url } = crossPublisher.target
  const missing = missingAt(url, promotion)
  if (missing.length === 0) return true
  const tags = await publicTagsOf(context, promotion)
  let failure: { error: unknown } | undefined
  for (const version of missing) {
    const now = await findPromotion(host, org, request.id)
    if (now === undefined || !stands(now)) return false
    const spec = `${request.name}@${version.version}`
    try {
      await crossPublisher.attempt(spec, () => sendOne(context, crossPublisher.target, { promotion, version, tags }))
    } catch (error) {
      failure ??= { error }
      continue
    }
    const there = promotion.crossPublished?.registry === url ? promotion.crossPublished.versions : []
    promotion.crossPublished = { registry: url, versions: [...there, version] }
    await noteProgress(context, promotion, { state: promotion.reached ?? 'seen' })
  }
  if (failure !== undefined) throw failure.error
  return true
}

interface Sent {
  promotion: Promotion
  version: Promotion['followed'][number]
  /** Those that are public: tag → version. */
  tags: ReadonlyMap<string, string>
}

async function sendOne(
  { host }: PromotionContext,
  target: TargetRegistry,
  { promotion: { org, request }, version: { version, cid }, tags }: Sent,
): Promise<void> {
  const { name } = request
  // Withdrawn before it came there: nobody should begin to install it.
  if ((await findAbout(host, app.npm.package.retirement.$nsid, org, name, version)) !== undefined) return
  const found = await findVersion(host, org, name, version)
  const failed = (cause: unknown) => target.failed({ package: name, version }, (cause as Error).message, cause)
  if (found.cid !== cid) throw failed(new Error('its record is not the one that was approved'))
  const { integrity, shasum } = found.record
  await publishOnce(target, { package: name, version, integrity, shasum }, async () => {
    const outgoing = await outgoingOf(host, org, found).catch((cause: unknown) => {
      throw failed(cause)
    })
    return { ...outgoing, tag: tagOf(version, tags) }
  })
}

/** What a tag is called is read before it becomes public: one whose name is not public goes nowhere else either, nor does one that was removed. */
async function publicTagsOf({ edge, host }: PromotionContext, promotion: Promotion): Promise<Map<string, string>> {
  const { org, request } = promotion
  const promotions = await listPromotions(host, org)
  const versions = publicVersionsOf(promotions, request.name, promotion)
  const tags = await tagsOf(host, { org, name: request.name, versions, promotions, by: promotion })
  const there = await presentRecords(edge, org)
  const isShown = ({ collection, rkey, record }: (typeof tags)[number]) =>
    record['retired'] !== true && there.has(`${collection}/${rkey}`)
  const named = tags.filter(isShown)
  return new Map(named.map(({ record }) => [String(record['tag']), String(record['version'])]))
}
