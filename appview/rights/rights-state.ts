import { changesAt, managersAt, type OrgRights, temporaryManagersAt } from '#common/authz/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { sql } from '#common/db/index.ts'
import { groupKey, joinTeams } from '#common/groups/index.ts'
import type { EffectiveRight } from '../ledger/rights-history.ts'
import { effectiveRights } from '../ledger/rights-history.ts'
import { type Db, network, type RightValue, type Tx } from '../schema/index.ts'

/** Who the registry named, and what took effect since. */
export interface RightsState {
  /** At this moment. */
  managers: readonly string[]
  /** Those of them whom it named for a while only. */
  temporaryManagers?: readonly string[]
  /** When these are others, in milliseconds since the epoch. */
  managersChangeAt?: number
  effective: readonly EffectiveRight[]
  /** Key of a group that a team names → the people in it. */
  groupMembers: ReadonlyMap<string, readonly string[]>
  /** DIDs of people who have left. */
  disabled?: ReadonlySet<string>
}

/** @param candidates rights that may take effect next: the members of their groups are loaded, too */
export async function loadRights(
  { db, clock }: { db: Db | Tx; clock: Clock },
  org: string,
  candidates: readonly { value: RightValue }[] = [],
): Promise<RightsState> {
  const registered = await db
    .selectFrom('registry_org')
    .where('network', '=', network)
    .where('org', '=', org)
    .select(['managers', 'temporary_managers as temporaryManagers'])
    .executeTakeFirst()
  const effective = await effectiveRights(db, org)
  const groupMembers = await membersOfGroups(db, groupsIn([...effective, ...candidates]))
  const named = registered ?? { managers: [] }
  const now = clock.now()
  return {
    managers: managersAt(named, now),
    temporaryManagers: temporaryManagersAt(named, now),
    managersChangeAt: changesAt(named, now),
    effective,
    groupMembers,
    disabled: await disabledPeople(db),
  }
}

async function disabledPeople(db: Db | Tx): Promise<Set<string>> {
  const rows = await db
    .selectFrom('repo')
    .where('network', '=', network)
    .where('role', '=', 'people')
    .where('active', '=', false)
    .select('did')
    .execute()
  return new Set(rows.map(({ did }) => did))
}

function groupsIn(rights: readonly { value: RightValue }[]): string[] {
  return rights.flatMap(({ value }) => (value.kind === 'team' ? (value.groups ?? []).map(groupKey) : []))
}

async function membersOfGroups(db: Db | Tx, keys: readonly string[]): Promise<Map<string, string[]>> {
  const members = new Map<string, string[]>(keys.map((key) => [key, []]))
  if (keys.length === 0) return members
  const people = await db
    .selectFrom('membership')
    .where('network', '=', network)
    .where('counts', '=', true)
    .where(sql<boolean>`groups && ${[...members.keys()]}::text[]`)
    .select(['did', 'groups'])
    .execute()
  for (const { did, groups } of people) for (const key of groups) members.get(key)?.push(did)
  return members
}

/** The part of it that grants and denies. */
export function toOrgRights(state: RightsState): OrgRights {
  const { managers, temporaryManagers = [], effective, groupMembers, disabled = new Set() } = state
  const values = effective.map((right) => right.value).filter((value) => !value.retired)
  return {
    managers,
    temporaryManagers,
    disabled,
    teams: joinTeams(
      values.filter((value) => value.kind === 'team'),
      (key) => groupMembers.get(key) ?? [],
    ),
    rules: values.filter((value) => value.kind === 'permission'),
  }
}
