import { z } from 'zod'
import { type BlobConfig, bucketSchema } from '#pds/host/blobs/blob-config.ts'
import { readSecret, type SecretPlace } from './read-secret.ts'

const { region, endpoint, pathStyle } = bucketSchema.shape
const bucket = bucketSchema.shape.bucket

const s3Schema = z
  .strictObject({
    buckets: z
      .strictObject({
        org: bucket.describe('Of the organisation PDS: the tarballs.'),
        people: bucket.describe('Of the people PDS.'),
      })
      .describe('One for each PDS: neither can reach what the other keeps.'),
    region: region.describe('Of the buckets.'),
    endpoint: endpoint.describe('Address of the service where it is not Amazon’s.'),
    pathStyle: pathStyle.describe(
      'Buckets are in the path of addresses, not in the host name: most services but Amazon’s.',
    ),
    accessKeyId: z
      .string()
      .min(1)
      .optional()
      .describe('Where absent, the machine’s own role, files or AWS_* variables count.'),
    secretAccessKeyFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the secret of that key, which nobody else can read.'),
    secretAccessKeyEnv: z.string().min(1).optional().describe('Or the environment variable with it.'),
  })
  .refine(({ buckets: { org, people } }) => org !== people, 'needs two buckets: one for each PDS')
  .refine(
    ({ accessKeyId, secretAccessKeyFile: file, secretAccessKeyEnv: env }) =>
      (accessKeyId === undefined ? 0 : 1) === [file, env].filter((place) => place !== undefined).length,
    'needs accessKeyId together with one of secretAccessKeyFile and secretAccessKeyEnv, or none of them',
  )
  .describe('An S3 service, instead of the data folder.')

export const storageSchema = z
  .strictObject({ s3: s3Schema.optional() })
  .prefault({})
  .describe(
    'Where the PDSes keep blobs, which are the tarballs. See storage.md before you change it: blobs do not move by themselves.',
  )

export type Storage = Record<'org' | 'people', BlobConfig>

/** In the data folder. */
export const onDisk: Storage = { org: { kind: 'disk' }, people: { kind: 'disk' } }

/** @throws SettingsError when a secret is not where it should be */
export async function readStorage({ s3 }: z.output<typeof storageSchema>, place: SecretPlace): Promise<Storage> {
  if (s3 === undefined) return onDisk
  const { buckets, accessKeyId, secretAccessKeyFile: file, secretAccessKeyEnv: env, ...service } = s3
  const setting = `storage.s3.${file === undefined ? 'secretAccessKeyEnv' : 'secretAccessKeyFile'}`
  const secretAccessKey = await readSecret({ setting, file, env }, place)
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined ? {} : { credentials: { accessKeyId, secretAccessKey } }
  const blobsIn = (name: string): BlobConfig => ({ kind: 's3', bucket: name, ...service, ...credentials })
  return { org: blobsIn(buckets.org), people: blobsIn(buckets.people) }
}
