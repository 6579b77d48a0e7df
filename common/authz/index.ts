export { createEnforcer, type Enforcer, type OrgRights, type Rule } from './enforcer.ts'
export {
  changesAt,
  managersAt,
  maxTemporarySeconds,
  type NamedManagers,
  type TemporaryManager,
  temporaryManagersAt,
} from './managers-at.ts'
export { isValidPackagePattern, matchesPackagePattern } from './package-pattern.ts'
export { type Attested, isPermitted, type RightsNow, type TrustedJob } from './permitted.ts'
export { type Deed, type Refusal, refusalOf } from './refusal-of.ts'
export { isOlder } from './supersedes.ts'
export { type Action, actions, isValidSubject } from './vocabulary.ts'
