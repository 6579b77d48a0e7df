export { callerGroups } from './caller-groups.ts'
export { enforcerOf } from './enforcer-of.ts'
export { loadRights, type RecordedRights } from './load-rights.ts'
export { FirstManagers } from './managers.ts'
