import { z } from 'zod'
import { bucketSchema } from '#common/bucket/index.ts'

/** Where a PDS keeps blobs. A bucket belongs to one PDS: what waits in it from an earlier run is removed at the start. */
export const blobConfigSchema = z
  .discriminatedUnion('kind', [z.object({ kind: z.literal('disk') }), bucketSchema.extend({ kind: z.literal('s3') })])
  .default({ kind: 'disk' })
export type BlobConfig = z.infer<typeof blobConfigSchema>
