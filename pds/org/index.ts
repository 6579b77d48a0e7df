export { type OrgConfig, orgConfigSchema } from './config.ts'
export { OrgPds } from './org-pds.ts'
