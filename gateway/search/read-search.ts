import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

// The bounds of app.npm.registry.searchPackages, which are those of the public registry.
const searchSchema = z.object({
  // XRPC takes an empty parameter for none at all.
  text: z
    .string()
    .max(512)
    .default('')
    .transform((text) => (text === '' ? ' ' : text)),
  size: z.coerce.number().int().min(0).max(250).default(20),
  from: z.coerce.number().int().min(0).max(10_000).default(0),
})

/**
 * What npm asks for. How much popularity, quality and maintenance should count is not heard: nothing of it is measured.
 * @throws InvalidRequest
 */
export function readSearch(query: unknown): z.infer<typeof searchSchema> {
  const parsed = searchSchema.safeParse(query)
  if (parsed.success) return parsed.data
  const reason = 'a search has a "text" of at most 512 characters, a "size" up to 250 and a "from" up to 10000'
  throw new AtollError('InvalidRequest', { reason })
}
