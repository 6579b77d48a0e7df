export { countsStill } from './counts-still.ts'
export { type Group, groupKey } from './group-key.ts'
export { joinTeams, type TeamOfGroups } from './join-teams.ts'
export { type GroupsClaim, maxGroups, readGroups, readIds } from './read-groups.ts'
