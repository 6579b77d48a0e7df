import type { Bucket } from './bucket.ts'
import type { BucketConfig } from './bucket-config.ts'

export type { Bucket } from './bucket.ts'
export { type BucketConfig, bucketSchema } from './bucket-config.ts'
export { NoSuchObject } from './no-such-object.ts'

/** The SDK is 35 MB of memory, which a process without a bucket does not need. */
export async function openBucket(config: BucketConfig): Promise<Bucket> {
  const { Bucket } = await import('./bucket.ts')
  return new Bucket(config)
}
