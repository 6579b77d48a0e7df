export { ensureRegistry } from './ensure-registry.ts'
export { grantName } from './grant-name.ts'
export { listPeople } from './list-people.ts'
export { registerOrg } from './register-org.ts'
