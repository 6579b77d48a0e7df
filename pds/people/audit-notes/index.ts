export { type AuditNote, keepNoting, note } from './audit-notes.ts'
export { noteOutcome } from './note-outcome.ts'
