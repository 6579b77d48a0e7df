export { type Account, accountOf, listAccounts } from './accounts.ts'
export { receiveUpload, syncFolder, type Upload } from './blobs/index.ts'
export { type PdsHostConfig, pdsHostSchema } from './config.ts'
export type { HostTables } from './database.ts'
export type { PdsContext } from './embed/index.ts'
export {
  type Approval,
  type BlobFile,
  type PdsRole,
  type RecordWrite,
  type RepoRole,
  type RepoWriter,
  SerialQueue,
  splitWrites,
  type Transact,
  type WrittenRecord,
} from './gate-writes/index.ts'
export { serveFirehose } from './guard-reads/index.ts'
export { measureHost } from './measure-host.ts'
export type { OpenBlob } from './open-blob.ts'
export { openRepositories, type Repositories, uploadsIn } from './open-repositories.ts'
export { PdsHost, type PdsHostOptions } from './pds-host.ts'
export {
  type AccountRequest,
  accountSteps,
  type Did,
  type KnownAccountRequest,
  type NewAccount,
  type PublicFace,
  reserveSigningKey,
} from './provision/index.ts'
export { type FoundRecord, findCids, type StoredRecord } from './read-records.ts'
export { watchHost } from './watch-host.ts'
