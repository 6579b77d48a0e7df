import { z } from 'zod'
import { componentSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'
import { outboundSchema, proxySchema } from '#common/outbound/config.ts'
import { policySchema } from '#common/policy/index.ts'
import { provenanceSchema } from '#common/provenance/config.ts'
import { advisorySourceSchema } from './advisories/config.ts'

export { advisorySourceSchema }

import { labelersSchema } from './labelers/config.ts'
import { publicNetworkSchema } from './mirror/config.ts'
import { noticesConfigSchema } from './notices/config.ts'

/** A registry that classic packages come from. */
export const upstreamSchema = z.object({
  /** What is pulled through is kept under it: rows of one registry are never served as another's. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/),
  /** Without a trailing slash: `https://registry.example`. */
  url: z.url().transform((url) => url.replace(/\/+$/, '')),
  /** Scopes, lower case with their @, that are looked for here and nowhere else; or all that no other registry has. */
  scopes: z.union([z.literal('default'), z.array(z.string().regex(/^@[a-z0-9][a-z0-9_-]*$/)).min(1)]),
  /** Sent to this origin only. */
  credentials: z
    .union([z.object({ token: z.string().min(1) }), z.object({ username: z.string(), password: z.string() })])
    .optional(),
  /** Instead of the proxy everything else goes through. */
  proxy: z.union([z.literal('none'), proxySchema]).optional(),
  /** How long a packument is served without asking whether there is a newer one. */
  freshMs: z.int().min(0).default(300_000),
  /** For one packument, from the first byte sent to the last one read. */
  timeoutMs: z.int().min(100).max(300_000).default(30_000),
})
export type UpstreamConfig = z.infer<typeof upstreamSchema>

/** The registry's key for `dist.signatures`: nobody's but the AppView's. */
export const signingSchema = z.object({
  /** P-256, 32 bytes hex. */
  privateKeyHex: z.string().regex(/^[0-9a-f]{64}$/),
  /** Public keys that signed before: SubjectPublicKeyInfo, DER in base64. */
  former: z
    .array(z.object({ key: z.base64().max(1_000), expires: z.iso.datetime() }))
    .max(100)
    .default([]),
})
export type SigningConfig = z.infer<typeof signingSchema>

export const appviewConfigSchema = componentSchema.extend({
  database: databaseConfigSchema,
  /** A scope, and everything else, belongs to one registry at most. */
  upstreams: z.array(upstreamSchema).max(51).refine(isDisjoint, 'two registries have the same name or scope'),
  provenance: provenanceSchema.prefault({}),
  /** Absent: versions are not signed by the registry. */
  signing: signingSchema.optional(),
  /** Where advisories come from. */
  advisories: z.array(advisorySourceSchema).max(100).default([]),
  /** The way to registries and sources of advisories. */
  outbound: outboundSchema.prefault({}),
  policy: policySchema,
  /** The company's own labeler; its account is the AppView's. */
  labeler: z.object({
    /** secp256k1, 32 bytes hex: signs labels and nothing else. */
    privateKeyHex: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** Labelers outside that are listened to. */
  labelers: labelersSchema,
  /** Absent: handles that are none of ours are nobody's. */
  publicNetwork: publicNetworkSchema.optional(),
  /** Who is told of what happens. */
  notices: noticesConfigSchema,
  /** How often what the PDSes say they hold is compared with what is indexed. */
  auditIntervalMs: z.int().min(100).default(60_000),
})
export type AppViewConfig = z.infer<typeof appviewConfigSchema>

function isDisjoint(upstreams: readonly { name: string; scopes: 'default' | readonly string[] }[]): boolean {
  const claims = upstreams.flatMap(({ name, scopes }) => [`name ${name}`, ...(scopes === 'default' ? [''] : scopes)])
  return new Set(claims).size === claims.length
}
