import { z } from 'zod'

/** Where advisories come from. A source without a URL is what an administrator imports under its name. */
export const advisorySourceSchema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** A fix it names need not wait for its age. */
  mayExpedite: z.boolean().default(false),
  /** It speaks of the company's own packages, too: names in OSV's databases are those of the public registry. */
  internal: z.boolean().default(false),
  /** How often its URL is asked. */
  refreshMs: z.int().min(100).default(21_600_000),
})
export type AdvisorySourceConfig = z.infer<typeof advisorySourceSchema>
