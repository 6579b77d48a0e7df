import { z } from 'zod'
import { componentSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/index.ts'

/** The registry that classic packages come from. */
export const upstreamSchema = z.object({
  /** Without a trailing slash: `https://registry.example`. */
  url: z.url().transform((url) => url.replace(/\/+$/, '')),
  /** Sent as a bearer token to that origin only. */
  token: z.string().min(1).optional(),
  timeoutMs: z.int().min(100).max(300_000).default(30_000),
})
export type UpstreamConfig = z.infer<typeof upstreamSchema>

export const appviewConfigSchema = componentSchema.extend({
  database: databaseConfigSchema,
  upstream: upstreamSchema,
  /** How often what the PDSes say they hold is compared with what is indexed. */
  auditIntervalMs: z.int().min(100).default(60_000),
})
export type AppViewConfig = z.infer<typeof appviewConfigSchema>
