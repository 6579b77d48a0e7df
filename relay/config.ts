import { z } from 'zod'
import { componentSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'

const crawlSchema = z.object({
  /** How often each host is asked which repositories it has. */
  intervalSeconds: z.int().min(1).default(600),
  /** How long the firehose may take to bring what the crawl has seen, before the repository is fetched. */
  graceSeconds: z.number().min(0).default(5),
})

export const relayConfigSchema = componentSchema.extend({
  database: databaseConfigSchema,
  crawl: crawlSchema.prefault({}),
  /** How far back a subscriber may resume. */
  retentionHours: z.int().min(1).default(72),
  subscribers: z
    .object({
      max: z.int().min(1).default(64),
      /** A subscriber that does not take one frame within this time is let go; it may resume by its cursor. */
      slowSeconds: z.number().min(0.1).default(30),
    })
    .prefault({}),
})
export type RelayConfig = z.infer<typeof relayConfigSchema>
