export { ensureRegistry } from './ensure-registry.ts'
export { listPeople } from './list-people.ts'
export { registerOrg } from './register-org.ts'
