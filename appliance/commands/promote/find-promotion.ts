import { listPromotions, type PersonalGateway, type Promotion } from '#appliance/admin/index.ts'
import { Failure } from '#appliance/failures.ts'

/**
 * The promotion of a package that somebody means: the newest in one of these states, or the one they name.
 * @throws Failure when there is none
 */
export async function findPromotion(
  gateway: PersonalGateway,
  org: string,
  wanted: { name: string; id: string | undefined; states?: readonly string[] },
): Promise<Promotion> {
  const { name, id, states } = wanted
  const all = await listPromotions(gateway, org, name)
  const found = all.find((one) => (id === undefined ? (states?.includes(one.state) ?? true) : one.id === id))
  if (found !== undefined) return found
  throw new Failure(
    all.length === 0
      ? `Nobody asked for ${name} to be made public: "atoll promote request ${name}@<version>" does.`
      : `No promotion of ${name} is waiting for this: "atoll promote status ${name}" lists them.`,
  )
}
