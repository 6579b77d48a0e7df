import { z } from 'zod'
import { bucketSchema } from '#common/bucket/index.ts'
import { componentSchema, trustedProxiesSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'
import { outboundSchema } from '#common/outbound/config.ts'
import { provenanceSchema } from '#common/provenance/config.ts'
import { tarballBytesSchema } from '#common/tarball/limits.ts'
import { auditSchema } from './audit-settings.ts'
import { downloadsSchema } from './downloads-settings.ts'
import { stageSchema } from './stage-settings.ts'
import { ciSchema, tokenPolicySchema } from './token-settings.ts'

const MiB = 2 ** 20
const bytes = z.int().positive()

/** What bounds the gateway; sizes in bytes. */
const limitsSchema = z.object({
  /** Largest tarball that may be published. */
  tarballBytes: tarballBytesSchema,
  /** Everything in the body of a publish but the tarball: manifest, README, tags. */
  documentBytes: bytes.default(4 * MiB),
  uploadsAtOnce: z.int().positive().default(16),
  /** Uploads that wait for an approval, together and per person: no less than the largest tarball there can be. */
  parkedBytes: bytes.default(2048 * MiB),
  parkedBytesPerPerson: bytes.default(512 * MiB),
  /** What waits per person: as many as may be approved together. */
  operationsPerPerson: z.int().positive().default(100),
  /** Sign-ins that were begun and not finished, together and per network address. */
  openSignIns: z.int().positive().default(5_000),
  openSignInsPerAddress: z.int().positive().default(50),
  packumentCacheBytes: bytes.default(128 * MiB),
  /** A tarball larger than that is served and not kept. */
  tarballCacheBytes: bytes.default(10_240 * MiB),
})
export type GatewayLimits = z.infer<typeof limitsSchema>

/** An address in the bucket is as good as a token for one file, for whoever comes by it. */
export const maxUrlSeconds = 300

/** How the bytes of a tarball reach who may have them. */
const deliverySchema = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('stream') }),
  z.object({
    mode: z.literal('redirect'),
    /** The gateway's own: never a PDS's. */
    bucket: bucketSchema,
    urlSeconds: z.int().min(1).max(maxUrlSeconds),
    /** Of a CDN in front of the bucket: its addresses are not signed. */
    cdnUrl: z.url({ protocol: /^https?$/ }).optional(),
  }),
])
export type TarballDelivery = z.infer<typeof deliverySchema>

export type { CiConfig, CiIssuer, CiRule, TokenPolicy } from './token-settings.ts'

export const gatewayConfigSchema = componentSchema.extend({
  database: databaseConfigSchema,
  limits: limitsSchema.prefault({}),
  tarballs: deliverySchema.default({ mode: 'stream' }),
  tokens: tokenPolicySchema,
  ci: ciSchema,
  stage: stageSchema,
  provenance: provenanceSchema.prefault({}),
  downloads: downloadsSchema,
  audit: auditSchema,
  /** The way to the issuers of CI tokens. */
  outbound: outboundSchema.prefault({}),
  /** Networks of the proxies in front of this gateway: what they say about a client's address is believed. */
  trustedProxies: trustedProxiesSchema,
})
export type GatewayConfig = z.infer<typeof gatewayConfigSchema>
