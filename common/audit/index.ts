export { type AuditAction, type AuditEntry, genesisHash, type HashedEntry, hashEntry } from './hash-entry.ts'
export {
  type ExportEnd,
  endText,
  hashOfSeal,
  isSignedBy,
  parseEnd,
  parseSeal,
  type Seal,
  type Signed,
  sealText,
  signText,
} from './seal.ts'
export { type SyslogEntry, toFrame, toSyslog } from './to-syslog.ts'
export { type AuditFinding, type ExportLine, verifyExport } from './verify-export.ts'
