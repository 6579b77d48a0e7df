export type { AuditAction, AuditEntry } from '#common/audit/index.ts'
export { AuditLog } from './audit-log.ts'
export { AuditSeals } from './audit-seals.ts'
export { noteRefusal } from './note-refusal.ts'
