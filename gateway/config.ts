import { z } from 'zod'
import { componentSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/index.ts'

const MiB = 2 ** 20
const bytes = z.int().positive()

/** What bounds the gateway; sizes in bytes. */
const limitsSchema = z.object({
  /** Largest tarball that may be published. */
  tarballBytes: bytes.default(100 * MiB),
  /** Everything in the body of a publish but the tarball: manifest, README, tags. */
  documentBytes: bytes.default(4 * MiB),
  uploadsAtOnce: z.int().positive().default(16),
  /** Uploads that wait for an approval, together and per person. */
  parkedBytes: bytes.default(2048 * MiB),
  parkedBytesPerPerson: bytes.default(512 * MiB),
  operationsPerPerson: z.int().positive().default(50),
  /** Sign-ins that were begun and not finished, together and per network address. */
  openSignIns: z.int().positive().default(5_000),
  openSignInsPerAddress: z.int().positive().default(50),
  packumentCacheBytes: bytes.default(128 * MiB),
  /** Not less than the largest tarball of any kind. */
  tarballCacheBytes: z
    .int()
    .min(1024 * MiB)
    .default(10_240 * MiB),
})
export type GatewayLimits = z.infer<typeof limitsSchema>

export const gatewayConfigSchema = componentSchema.extend({
  database: databaseConfigSchema,
  limits: limitsSchema.prefault({}),
  /** How long an npm token lives after `npm login`. */
  tokenLifetimeDays: z.int().min(1).max(365).default(30),
})
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>
