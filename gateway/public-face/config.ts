import { z } from 'zod'
import { publicFaceSchema, trustedProxiesSchema } from '#common/config/index.ts'

const MiB = 2 ** 20
const bytes = z.int().positive()

/** What a public gateway knows: where it is found, and the public AppView. It has no database, and no secret but the key of its own calls. */
export const publicGatewayConfigSchema = publicFaceSchema.extend({
  limits: z
    .object({
      packumentCacheBytes: bytes.default(64 * MiB),
      /** A tarball larger than that is served and not kept. */
      tarballCacheBytes: bytes.default(10_240 * MiB),
      /** Of one address; of one /64 where it is of IPv6. */
      requestsPerMinute: z.int().positive().default(6_000),
    })
    .prefault({}),
  /** Networks of the proxies in front of it: what they say about a client's address and host is believed. */
  trustedProxies: trustedProxiesSchema,
})
export type PublicGatewayConfig = z.infer<typeof publicGatewayConfigSchema>
