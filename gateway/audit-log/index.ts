export { AuditLog } from './audit-log.ts'
export { type AuditAction, type AuditEntry, genesisHash, hashEntry } from './hash-entry.ts'
export { noteRefusal } from './note-refusal.ts'
