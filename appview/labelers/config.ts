import { z } from 'zod'

/** A labeler outside the box. */
export const labelerSchema = z.object({
  did: z.string().startsWith('did:'),
  /** Where it is asked, without a path. */
  url: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** did:key of `#atproto_label`; asked of whoever knows the DID when absent. */
  key: z.string().startsWith('did:key:').optional(),
  /** `ask`: shown to who asks for it, and nothing else. */
  trust: z.enum(['block', 'warn', 'ask']),
  /** What it may say; anything when absent. */
  values: z.array(z.string().min(1).max(128)).min(1).max(100).optional(),
})
export type LabelerConfig = z.infer<typeof labelerSchema>

/** Each account once. */
export const labelersSchema = z
  .array(labelerSchema)
  .max(50)
  .default([])
  .refine((list) => new Set(list.map(({ did }) => did)).size === list.length, 'two labelers have the same DID')
