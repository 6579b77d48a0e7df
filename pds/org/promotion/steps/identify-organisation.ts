import { provisionFace } from '#pds/promote/index.ts'
import { noteProgress } from '../note-progress.ts'
import { organisationOf, type PromotionStep } from './step.ts'

/** The organisation gets its public identity: the same DID, from the same genesis. */
export const identifyOrganisation: PromotionStep = {
  reaches: 'identified',
  async take(context, promotion) {
    const { did, handle } = await organisationOf(context, promotion.org)
    await provisionFace(context.host, context.edge, { did, handle })
    await noteProgress(context, promotion, { state: 'identified' })
  },
}
