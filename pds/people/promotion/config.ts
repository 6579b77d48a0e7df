import { z } from 'zod'
import { edgePeerSchema } from '#pds/promote/config.ts'

/** Where what people attested becomes public. Absent from a configuration, nothing does. */
export const projectionSchema = z.object({
  /** The public PDS of people. */
  edge: edgePeerSchema,
})
export type ProjectionConfig = z.infer<typeof projectionSchema>
