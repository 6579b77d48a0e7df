import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

const documentSchema = z.looseObject({
  _rev: z.string().max(128).optional(),
  'dist-tags': z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), z.looseObject({ deprecated: z.string().optional() })).optional(),
  maintainers: z.array(z.looseObject({ name: z.string().max(256) })).optional(),
})

/** A package's document as npm sends it back, whole (deprecate, unpublish) or in part (owner). */
export type SentDocument = z.infer<typeof documentSchema>

/** @throws InvalidRequest */
export function readSentDocument(document: unknown): SentDocument {
  const parsed = documentSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const reason = `"${issue?.path.join('.').slice(0, 300)}": ${issue?.message}`
  throw new AtollError('InvalidRequest', { reason }, parsed.error)
}
