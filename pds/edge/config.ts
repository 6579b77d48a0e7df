import { z } from 'zod'
import { processSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'
import { outboundSchema } from '#common/outbound/config.ts'
import { tarballBytesSchema } from '#common/tarball/limits.ts'
import { pdsHostSchema } from '#pds/host/config.ts'

const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)

/**
 * Of an edge PDS. It is part of no private network: nothing in here leads inside, so that who breaks into it finds no address there.
 * Its secrets are its own, and none of the inside's.
 */
export const edgeConfigSchema = processSchema.extend({
  /** Whose public face it has. */
  role: z.enum(['org', 'people']),
  self: z.object({ did: z.string().startsWith('did:web:') }),
  /** The inside PDS of the same role: the only one that pushes. */
  caller: z.object({ did: z.string().startsWith('did:'), key: z.string().startsWith('did:key:') }),
  /** What public identities name as their PDS. Its host answers there, or a proxy in front of this. */
  publicUrl: origin,
  /** The public directory of did:plc. */
  directory: origin,
  /** Who is asked to crawl after each commit. */
  relays: z.array(origin).max(100).default([]),
  /** The way to the directory and the relays, and nowhere else. */
  outbound: outboundSchema.prefault({}),
  database: databaseConfigSchema,
  pds: pdsHostSchema.shape.pds.omit({ handleDomains: true }),
  blobs: pdsHostSchema.shape.blobs,
  tarballBytes: tarballBytesSchema,
  /** What may wait here for the records that refer to it. */
  parked: z
    .object({
      maxBytes: z
        .int()
        .min(1)
        .default(8 * 2 ** 30),
      maxBlobs: z.int().min(1).default(20_000),
    })
    .prefault({}),
  /** Of the firehose, at once. */
  maxReaders: z.int().min(1).max(10_000).default(256),
})
export type EdgeConfig = z.infer<typeof edgeConfigSchema>
