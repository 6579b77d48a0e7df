import { z } from 'zod'
import { type BucketConfig, bucketSchema } from '#common/bucket/index.ts'
import { readSecret, type SecretPlace } from './read-secret.ts'

const { region, endpoint, pathStyle } = bucketSchema.shape

/** Name of a bucket. */
export const bucketName = bucketSchema.shape.bucket

/** What the settings say of an S3 service, whatever is kept there. */
export const s3ServiceShape = {
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
}
export type S3Service = z.output<z.ZodObject<typeof s3ServiceShape>>

/** Key and secret belong together; for `refine`. */
export const hasWholeKey = [
  ({ accessKeyId, secretAccessKeyFile: file, secretAccessKeyEnv: env }: S3Service) =>
    (accessKeyId === undefined ? 0 : 1) === [file, env].filter((place) => place !== undefined).length,
  'needs accessKeyId together with one of secretAccessKeyFile and secretAccessKeyEnv, or none of them',
] as const

/**
 * The service with the secret it is used with.
 * @param setting where it stands in atoll.yaml, for messages
 * @throws SettingsError when a secret is not where it should be
 */
export async function readS3Service(
  setting: string,
  { region, endpoint, pathStyle, accessKeyId, secretAccessKeyFile: file, secretAccessKeyEnv: env }: S3Service,
  place: SecretPlace,
): Promise<Omit<BucketConfig, 'bucket'>> {
  const named = `${setting}.${file === undefined ? 'secretAccessKeyEnv' : 'secretAccessKeyFile'}`
  const secretAccessKey = await readSecret({ setting: named, file, env }, place)
  return {
    region,
    endpoint,
    pathStyle,
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey } }),
  }
}
