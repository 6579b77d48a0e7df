import { matchesPackagePattern, type OrgRights } from '#common/authz/index.ts'

/** Who is looking: whether they see everything, and the subjects of rules that mean them. */
interface Looking {
  viewer: string
  seesAll: boolean
  subjects: ReadonlySet<string>
}

/** DIDs of an organisation's people, as far as the viewer sees them: the managers, those in teams, those with a rule of their own. */
export function peopleOf(rights: OrgRights, { viewer, seesAll, subjects }: Looking): string[] {
  const seen = rights.teams.filter(({ name }) => seesAll || subjects.has(`team:${name}`))
  const named = rights.rules.filter(({ effect }) => effect === 'allow').map(({ subject }) => subject)
  const ruled = named.filter((subject) => subject.startsWith('did:') && (seesAll || subject === viewer))
  return present(rights, [...rights.managers, ...seen.flatMap(({ members }) => members), ...ruled])
}

/** DIDs of a team's people. @returns undefined when the viewer sees no such team */
export function peopleOfTeam(rights: OrgRights, team: string, { seesAll, subjects }: Looking): string[] | undefined {
  const found = rights.teams.find(({ name }) => name === team && (seesAll || subjects.has(`team:${name}`)))
  return found && present(rights, found.members)
}

/**
 * DIDs of those whom a rule about this package lets do one of these things, by name or through a team. A rule for everyone names
 * nobody, and what is denied is not looked at.
 */
export function peopleOfPackage(
  rights: OrgRights,
  name: string,
  actions: readonly string[] = ['read', 'publish'],
): string[] {
  const about = rights.rules.filter(
    ({ effect, action, packages }) =>
      effect === 'allow' && actions.includes(action) && matchesPackagePattern(name, packages),
  )
  const subjects = new Set(about.map(({ subject }) => subject))
  const inTeams = rights.teams.filter((team) => subjects.has(`team:${team.name}`)).flatMap(({ members }) => members)
  return present(rights, [...Array.from(subjects).filter((subject) => subject.startsWith('did:')), ...inTeams])
}

/** Each once, without those who have left. */
function present({ disabled }: OrgRights, dids: readonly string[]): string[] {
  return [...new Set(dids)].filter((did) => disabled?.has(did) !== true)
}
