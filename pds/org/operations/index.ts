export { mountCreateOrg } from './create-org.ts'
export { mountOperations } from './mount.ts'
export type { OrgServices } from './services.ts'
