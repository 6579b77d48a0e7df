import { createEnforcer, type Enforcer } from '#common/authz/index.ts'
import { joinTeams, type TeamOfGroups } from '#common/groups/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import { loadRights } from './load-rights.ts'
import type { FirstManagers } from './managers.ts'

export interface RightsServices {
  host: Pick<PdsHost, 'listRecords'>
  managers: FirstManagers
}

/**
 * What one person may do in an organisation, by the rules as they are now.
 * @param person.groups in which they are, by key; asked for only where a team names any
 * @throws ProofFailed, ComponentUnavailable
 */
export async function enforcerOf(
  { host, managers }: RightsServices,
  org: string,
  person: { did: string; groups: () => Promise<ReadonlySet<string>> },
): Promise<Enforcer> {
  const { teams, rules } = await loadRights(host, org)
  const isInGroup = namesGroups(teams) ? await person.groups() : new Set()
  const joined = joinTeams(teams, (group) => (isInGroup.has(group) ? [person.did] : []))
  return createEnforcer({ teams: joined, rules, ...(await managers.of(org)) })
}

function namesGroups(teams: readonly TeamOfGroups[]): boolean {
  return teams.some(({ groups = [] }) => groups.length > 0)
}
