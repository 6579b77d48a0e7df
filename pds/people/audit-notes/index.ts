export { type AuditNote, keepNoting, note } from './audit-notes.ts'
