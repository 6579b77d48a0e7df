import { z } from 'zod'
import { maxUrlSeconds, type TarballDelivery } from '#gateway/config.ts'
import type { SecretPlace } from './read-secret.ts'
import { bucketName, hasWholeKey, readS3Service, type S3Service, s3ServiceShape } from './s3-service.ts'
import { SettingsError } from './settings-error.ts'

/** `gateway.tarballs`: how the bytes of a tarball reach who may have them. */
export const tarballsSchema = z
  .strictObject({
    mode: z
      .enum(['stream', 'redirect'])
      .default('stream')
      .describe('Whether the gateway sends tarballs itself, or redirects to a bucket of its own. See storage.md.'),
    urlSeconds: z
      .int()
      .min(1)
      .max(maxUrlSeconds)
      .default(60)
      .describe('How long an address in the bucket is good, in seconds: also for who passes it on.'),
    cdnUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Of a CDN in front of the bucket, which package managers are sent to instead. Such addresses never end.',
      ),
    s3: z
      .strictObject({
        bucket: bucketName.describe('The gateway’s own; neither PDS may use it.'),
        ...s3ServiceShape,
      })
      .refine(...hasWholeKey)
      .optional()
      .describe('The bucket, and the service it is on, at an address that package managers reach.'),
  })
  .refine(({ mode, s3 }) => mode === 'stream' || s3 !== undefined, 'needs s3, the bucket it redirects to')
  .prefault({})
  .describe('How tarballs reach who may have them.')

/**
 * @param blobs where the PDSes keep theirs
 * @throws SettingsError when a secret is not where it should be, or the bucket is one of the PDSes'
 */
export async function readDelivery(
  { mode, urlSeconds, cdnUrl, s3 }: z.output<typeof tarballsSchema>,
  blobs: (S3Service & { buckets: Record<string, string> }) | undefined,
  place: SecretPlace,
): Promise<TarballDelivery> {
  if (mode === 'stream' || s3 === undefined) return { mode: 'stream' }
  const { bucket, ...service } = s3
  // Whoever can write to a PDS's bucket holds its tarballs, and the gateway is what everybody can reach.
  if (blobs?.endpoint === s3.endpoint && Object.values(blobs?.buckets ?? {}).includes(bucket)) {
    throw new SettingsError(
      `gateway.tarballs.s3.bucket: ${bucket} is a bucket of storage.s3: give the gateway its own.`,
    )
  }
  if (blobs?.accessKeyId !== undefined && blobs.accessKeyId === s3.accessKeyId) {
    throw new SettingsError(
      'gateway.tarballs.s3.accessKeyId: it is the key of storage.s3, which opens the buckets of the PDSes: make one for this bucket alone.',
    )
  }
  return {
    mode,
    urlSeconds,
    ...(cdnUrl === undefined ? {} : { cdnUrl }),
    bucket: { bucket, ...(await readS3Service('gateway.tarballs.s3', service, place)) },
  }
}
