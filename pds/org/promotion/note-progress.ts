import { buildRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PromotionContext } from './context.ts'
import type { Promotion, ReachedState } from './promotion.ts'

/** Every step is a record (DESIGN §6): what is written down here is not done again. */
export async function noteProgress(
  { host, self, clock }: PromotionContext,
  { org, uri, cid, request, attesters, followed, crossPublished }: Promotion,
  reached: { state: ReachedState; attesters?: readonly string[] | undefined; followed?: Promotion['followed'] },
): Promise<void> {
  const fields = {
    promotion: { uri, cid },
    state: reached.state,
    attesters: [...(reached.attesters ?? attesters)].sort(),
    followed: versionsOf(reached.followed ?? followed),
    ...(crossPublished && {
      crossPublished: { registry: crossPublished.registry, versions: versionsOf(crossPublished.versions) },
    }),
    updatedAt: new Date(clock.now()).toISOString(),
  }
  const refuse = (reason: string) => new Error(`the progress of a promotion cannot be written: ${reason}`)
  const record = buildRecord({ schema: app.npm.org.promotionProgress.main, rkey: request.id, fields }, refuse)
  const approval = { by: self, procedure: app.npm.operation.approvePromotion.main.nsid }
  await host.write(org, [{ action: 'put', ...record }], approval)
}

function versionsOf(versions: Promotion['followed']): { version: string; cid: string }[] {
  return versions.map(({ version, cid }) => ({ version, cid }))
}
