import { crossPublish } from '../cross-publish/cross-publish.ts'
import { noteProgress } from '../note-progress.ts'
import type { PromotionStep } from './step.ts'

/** Where it is configured, another registry gets the same versions, the same bytes under the same names. */
export const crossPublishVersions: PromotionStep = {
  reaches: 'crossPublished',
  isWanted: ({ crossPublisher }) => crossPublisher !== undefined,
  async take(context, promotion) {
    if (await crossPublish(context, promotion)) await noteProgress(context, promotion, { state: 'crossPublished' })
  },
}
