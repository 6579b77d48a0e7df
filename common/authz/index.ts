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
export { type Deed, type Refusal, refusalOf } from './refusal-of.ts'
export { type Action, actions, isValidSubject } from './vocabulary.ts'
