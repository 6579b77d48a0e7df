import type { OrgRights } from '#common/authz/index.ts'
import type { EffectiveRight } from '../ledger/rights-history.ts'
import { effectiveRights } from '../ledger/rights-history.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

/** Who the registry named, and what took effect since. */
export interface RightsState {
  managers: readonly string[]
  effective: readonly EffectiveRight[]
}

export async function loadRights(db: Db | Tx, org: string): Promise<RightsState> {
  const registered = await db
    .selectFrom('registry_org')
    .where('network', '=', network)
    .where('org', '=', org)
    .select('managers')
    .executeTakeFirst()
  return { managers: registered?.managers ?? [], effective: await effectiveRights(db, org) }
}

/** The part of it that grants and denies. */
export function toOrgRights({ managers, effective }: RightsState): OrgRights {
  const values = effective.map((right) => right.value).filter((value) => !value.retired)
  return {
    managers,
    teams: values.filter((value) => value.kind === 'team'),
    rules: values.filter((value) => value.kind === 'permission'),
  }
}
