export { mountAudit } from './mount-audit.ts'
