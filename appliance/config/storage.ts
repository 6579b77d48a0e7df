import { z } from 'zod'
import type { TarballDelivery } from '#gateway/config.ts'
import type { BlobConfig } from '#pds/host/blobs/blob-config.ts'
import type { SecretPlace } from './read-secret.ts'
import { bucketName, hasWholeKey, readS3Service, s3ServiceShape } from './s3-service.ts'
import { readDelivery, type tarballsSchema } from './tarballs.ts'

const s3Schema = z
  .strictObject({
    buckets: z
      .strictObject({
        org: bucketName.describe('Of the organisation PDS: the tarballs.'),
        people: bucketName.describe('Of the people PDS.'),
      })
      .describe('One for each PDS: neither can reach what the other keeps.'),
    ...s3ServiceShape,
  })
  .refine(({ buckets: { org, people } }) => org !== people, 'needs two buckets: one for each PDS')
  .refine(...hasWholeKey)
  .describe('An S3 service, instead of the data folder.')

export const storageSchema = z
  .strictObject({ s3: s3Schema.optional() })
  .prefault({})
  .describe(
    'Where the PDSes keep blobs, which are the tarballs. See storage.md before you change it: blobs do not move by themselves.',
  )

/** Where bytes are: the blobs of each PDS, and the tarballs that the gateway passes on. */
export type Storage = Record<'org' | 'people', BlobConfig> & { gateway: TarballDelivery }

/** In the data folder. */
export const onDisk: Storage = { org: { kind: 'disk' }, people: { kind: 'disk' }, gateway: { mode: 'stream' } }

/** What the settings say of where bytes are. */
export interface StorageSettings {
  storage: z.output<typeof storageSchema>
  tarballs: z.output<typeof tarballsSchema>
}

/** @throws SettingsError when a secret is not where it should be, or the gateway's bucket is a PDS's */
export async function readStorage({ storage, tarballs }: StorageSettings, place: SecretPlace): Promise<Storage> {
  const gateway = await readDelivery(tarballs, storage.s3, place)
  if (storage.s3 === undefined) return { ...onDisk, gateway }
  const { buckets, ...service } = storage.s3
  const read = await readS3Service('storage.s3', service, place)
  const blobsIn = (bucket: string): BlobConfig => ({ kind: 's3', bucket, ...read })
  return { org: blobsIn(buckets.org), people: blobsIn(buckets.people), gateway }
}
