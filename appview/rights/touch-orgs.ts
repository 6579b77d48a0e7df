import { groupKey } from '#common/groups/index.ts'
import type { Impact } from '../ingest/apply/impact.ts'
import { network, type Tx } from '../schema/index.ts'

/** Organisations with a team, in effect once, that names one of these groups have to be looked at again. */
export async function touchOrgsNaming(tx: Tx, impact: Impact, groupKeys: readonly string[]): Promise<void> {
  if (groupKeys.length === 0) return
  const changed = new Set(groupKeys)
  const teams = await tx
    .selectFrom('ledger_right')
    .where('network', '=', network)
    .where((eb) => eb(eb.ref('value', '->').key('groups'), 'is not', null))
    .select(['org', 'value'])
    .execute()
  for (const { org, value } of teams) {
    if (value.kind === 'team' && value.groups?.some((group) => changed.has(groupKey(group)))) impact.touchRights(org)
  }
}
