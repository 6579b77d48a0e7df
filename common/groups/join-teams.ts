import { type Group, groupKey } from './group-key.ts'

/** A team as its record says it. */
export interface TeamOfGroups {
  name: string
  /** DIDs. */
  members: readonly string[]
  groups?: readonly Group[] | undefined
}

/**
 * Teams with everybody in them: who is listed, and who is known to be in one of the groups.
 * @param membersOf the people in a group, by its key
 */
export function joinTeams(
  teams: readonly TeamOfGroups[],
  membersOf: (groupKey: string) => readonly string[],
): { name: string; members: string[] }[] {
  return teams.map(({ name, members, groups = [] }) => {
    const throughGroups = groups.flatMap((group) => membersOf(groupKey(group)))
    return { name, members: [...new Set([...members, ...throughGroups])] }
  })
}
