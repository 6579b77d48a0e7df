import { AtollError } from '#common/errors/index.ts'
import type { PromotionContext } from '../context.ts'
import { noteProgress } from '../note-progress.ts'
import { describeOpen } from '../preflight.ts'
import type { Promotion } from '../promotion.ts'
import { listPromotions } from '../promotions.ts'
import { publicVersionsOf } from '../public-versions.ts'
import { pushFace } from '../push-face.ts'
import type { PromotionStep } from './step.ts'

/** The package's records and bytes are copied to the public PDS, those of its public versions and no others. */
export const projectPackage: PromotionStep = {
  reaches: 'projected',
  async take(context, promotion) {
    const { org, request } = promotion
    await checkStill(context, promotion)
    const all = await listPromotions(context.host, org)
    const versions = publicVersionsOf(all, request.name, promotion)
    // Who attests is in the list by now: `promotion` is one of them.
    const problem = await pushFace(context, { org, name: request.name, versions, promotions: all, by: promotion })
    // Where nothing follows it would never come.
    if (problem !== undefined) throw new AtollError('PromotionNotReady', { package: request.name, reason: problem })
    await noteProgress(context, promotion, { state: 'projected' })
  },
}

/** Days may have passed since it was approved, with an edge that was away; and somebody may have labelled a version meanwhile. @throws PromotionNotReady */
async function checkStill({ preflights }: PromotionContext, { org, request }: Promotion): Promise<void> {
  const { name, versions, together = [], waivers } = request
  const { open } = await preflights.run(
    { org, name, versions: versions.map(({ version }) => version), together },
    waivers,
  )
  if (open.length > 0) throw new AtollError('PromotionNotReady', { package: name, reason: describeOpen(open) })
}
