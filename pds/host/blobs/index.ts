export type { BlobStore, RepoBlobs } from './blob-store.ts'
export { DiskBlobStore } from './disk-blob-store.ts'
export { replaceDurably } from './durable-files.ts'
export { receiveUpload, type Upload } from './receive-upload.ts'
