import type { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

/** @throws InvalidRequest that names the fields which are wrong */
export function parseQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  throw new AtollError('InvalidRequest', { reason: parsed.error.issues.map((i) => i.path.join('.')).join(', ') })
}
