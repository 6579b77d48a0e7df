import { type BucketConfig, openBucket } from '#common/bucket/index.ts'
import { readStorage } from '../storage.ts'
import type { Checked, Finding } from './finding.ts'

const timeoutMs = 5_000

/** Whether each bucket is there and may be listed: without that right, S3 says "forbidden" where it means "no such object". */
export async function checkBuckets({ settings, env }: Checked): Promise<Finding[]> {
  // What is wrong with their keys is said by the check of the storage.
  const storage = await readStorage(settings, { folder: settings.folder, env }).catch(() => undefined)
  if (storage === undefined) return []
  const { org, people, gateway } = storage
  const named: [setting: string, bucket: BucketConfig][] = []
  if (org.kind === 's3') named.push(['storage.s3.buckets.org', org])
  if (people.kind === 's3') named.push(['storage.s3.buckets.people', people])
  if (gateway.mode === 'redirect') named.push(['gateway.tarballs.s3.bucket', gateway.bucket])
  return (await Promise.all(named.map(([setting, bucket]) => check(setting, bucket)))).flat()
}

async function check(setting: string, config: BucketConfig): Promise<Finding[]> {
  using bucket = await openBucket(config)
  try {
    await bucket.check({ timeoutMs })
    return []
  } catch (error) {
    const { cause } = error as Error
    const why = cause instanceof Error && cause.message !== '' ? cause.message : 'no answer'
    return [
      { level: 'fail', setting, problem: `${config.bucket} cannot be used (${why}): check address, name and key` },
    ]
  }
}
