import type { PersonalGateway, PromotionDraft } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'

/**
 * The private packages that a promotion needs, each with those that it needs itself, in an order in which they can be approved: what a package
 * needs is less than what needs it.
 * @throws Failure when there is no version of one
 */
export async function neededBy(gateway: PersonalGateway, draft: PromotionDraft): Promise<PromotionDraft[]> {
  const { checkPromotion } = await import('#appliance/admin/index.ts')
  const { closure } = await checkPromotion(gateway, draft)
  const drafts: PromotionDraft[] = []
  for (const { name, version } of closure) {
    if (draft.together.includes(name)) continue
    if (version === undefined) throw new Failure(`${draft.name} needs ${name}, of which there is no version here.`)
    const alone = { ...draft, name, versions: [version], together: [] }
    const needs = (await checkPromotion(gateway, alone)).closure.map((needed) => needed.name)
    drafts.push({ ...alone, together: needs.filter((one) => one !== name) })
  }
  return drafts.sort((a, b) => a.together.length - b.together.length)
}
