export type { Account } from './accounts.ts'
export type { Upload } from './blobs/index.ts'
export { type PdsHostConfig, pdsHostSchema } from './config.ts'
export type { HostTables } from './database.ts'
export {
  type Approval,
  type BlobFile,
  type PdsRole,
  type RecordWrite,
  splitWrites,
  type WrittenRecord,
} from './gate-writes/index.ts'
export type { OpenBlob } from './open-blob.ts'
export { PdsHost, type PdsHostOptions } from './pds-host.ts'
export type { AccountRequest, KnownAccountRequest, PublicFace } from './provision/index.ts'
export type { FoundRecord, StoredRecord } from './read-records.ts'
