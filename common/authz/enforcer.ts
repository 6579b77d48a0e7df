import { type Enforcer as CasbinEnforcer, newEnforcer, newModelFromString } from 'casbin'
import { matchesPackagePattern } from './package-pattern.ts'
import type { Action } from './vocabulary.ts'

export interface Rule {
  /** `did:…`, `team:<slug>` or `everyone` */
  subject: string
  action: string
  packages: string
  effect: string
}

/** Everything that says who may do what in one organisation. */
export interface OrgRights {
  /** DIDs the registry named: they may manage, whatever the rules say. */
  managers: readonly string[]
  /** Those of them whom it named for a while only. */
  temporaryManagers?: readonly string[]
  teams: readonly { name: string; members: readonly string[] }[]
  rules: readonly Rule[]
  /** DIDs of people who have left: they may do nothing, whatever the rest says. */
  disabled?: ReadonlySet<string>
}

/** Answers for one organisation; made anew when its rights change. */
export interface Enforcer {
  /** @param packageName normalised; `*` for `manage`, which is about the organisation as a whole */
  allows(did: string, action: Action, packageName: string): boolean
  /**
   * The same answers for lists of packages: Casbin takes up to a millisecond for each, where an organisation has many
   * rules; here those that mean somebody else are left out once.
   */
  allowsEach(did: string, action: Action): (packageName: string) => boolean
  /** Whether somebody manages by break-glass at this moment. */
  isTemporary(did: string): boolean
}

// g() stands last: Casbin evaluates it most slowly, and only where everything else matched. A deny overrides any allow.
const model = `
[request_definition]
r = sub, act, obj
[policy_definition]
p = sub, act, obj, eft
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.act == p.act && matchesPackage(r.obj, p.obj) && (p.sub == "everyone" || r.sub == p.sub || g(r.sub, p.sub))
`

/** One enforcer per organisation: its cost grows with the rules in it, so there is never one for all. */
export async function createEnforcer(rights: OrgRights): Promise<Enforcer> {
  const casbin = await newEnforcer(newModelFromString(model))
  await casbin.addFunction('matchesPackage', matchesPackagePattern)
  const policy = rights.rules.map((rule) => [rule.subject, rule.action, rule.packages, rule.effect])
  await addUnique(casbin, 'policy', policy)
  await addUnique(
    casbin,
    'grouping',
    rights.teams.flatMap((team) => team.members.map((did) => [did, `team:${team.name}`])),
  )
  // Not a line of the policy, where a deny for everyone would lock the organisation for good.
  const managers = new Set(rights.managers)
  const temporary = new Set(rights.temporaryManagers)
  const { disabled } = rights
  return {
    allows: (did, action, packageName) =>
      disabled?.has(did) !== true &&
      ((action === 'manage' && managers.has(did)) || casbin.enforceSync(did, action, packageName)),
    allowsEach: (did, action) => {
      if (disabled?.has(did) === true) return () => false
      if (action === 'manage' && managers.has(did)) return () => true
      return decideBy(rulesAbout(rights, did, action))
    },
    isTemporary: (did) => temporary.has(did),
  }
}

function rulesAbout({ rules, teams }: OrgRights, did: string, action: Action): Rule[] {
  const mine = teams.filter(({ members }) => members.includes(did)).map(({ name }) => `team:${name}`)
  const subjects = new Set([did, 'everyone', ...mine])
  return rules.filter((rule) => rule.action === action && subjects.has(rule.subject))
}

function decideBy(rules: readonly Rule[]): (packageName: string) => boolean {
  const patterns = (effect: string) => rules.filter((rule) => rule.effect === effect).map((rule) => rule.packages)
  const [allowed, denied] = [patterns('allow'), patterns('deny')]
  return (name) => {
    const isAmong = (pattern: string) => matchesPackagePattern(name, pattern)
    return allowed.some(isAmong) && !denied.some(isAmong)
  }
}

/** Casbin refuses a whole batch when one line in it is there twice. */
async function addUnique(casbin: CasbinEnforcer, kind: 'policy' | 'grouping', lines: string[][]): Promise<void> {
  const unique = [...new Map(lines.map((line) => [line.join('\n'), line])).values()]
  if (unique.length === 0) return
  const added = kind === 'policy' ? await casbin.addPolicies(unique) : await casbin.addGroupingPolicies(unique)
  if (!added) throw new Error(`Casbin did not take the ${kind} lines`)
}
