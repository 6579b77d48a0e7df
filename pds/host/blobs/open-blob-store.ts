import { join } from 'node:path'
import type { BlobConfig } from './blob-config.ts'
import type { BlobStore } from './blob-store.ts'
import { DiskBlobStore } from './disk-blob-store.ts'
import { S3BlobStore } from './s3-blob-store.ts'

/** @throws ComponentUnavailable when a bucket cannot be used */
export async function openBlobStore(
  config: BlobConfig,
  dataDir: string,
  opened: AsyncDisposableStack,
): Promise<BlobStore> {
  if (config.kind === 'disk') return DiskBlobStore.open(join(dataDir, 'blobs'))
  return opened.use(await S3BlobStore.open(config))
}
