import { z } from 'zod'

/** An S3 bucket, of Amazon or anybody who speaks its protocol. */
export const bucketSchema = z.strictObject({
  bucket: z.string().min(3).max(63),
  region: z.string().min(1).default('us-east-1'),
  /** Address of the service where it is not Amazon's. */
  endpoint: z.url().optional(),
  /** `https://host/bucket/key` instead of `https://bucket.host/key`, as most services but Amazon's want it. */
  pathStyle: z.boolean().default(false),
  /** Where absent, the SDK's own ways: variables, files, the machine's role. */
  credentials: z.strictObject({ accessKeyId: z.string().min(1), secretAccessKey: z.string().min(1) }).optional(),
})
export type BucketConfig = z.infer<typeof bucketSchema>
