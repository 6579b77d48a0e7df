import { z } from 'zod'

import { componentSchema, processSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'
import { outboundSchema } from '#common/outbound/config.ts'

const crawlSchema = z.object({
  /** How often each host is asked which repositories it has. */
  intervalSeconds: z.int().min(1).default(600),
  /** How long the firehose may take to bring what the crawl has seen, before the repository is fetched. */
  graceSeconds: z.number().min(0).default(5),
})

/** Of every relay, whatever it gathers. */
const shared = {
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
}

const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)

const publicSchema = z.object({
  /** The directory of did:plc in which accounts are looked up. */
  directoryUrl: origin,
  /** PDSes that are followed whether they ask or not; they may be private. */
  hosts: z.array(origin).max(1_000).default([]),
  /** Those that ask by com.atproto.sync.requestCrawl. */
  requested: z
    .object({
      max: z.int().min(0).max(10_000).default(500),
      /** Private addresses count: only where the whole network is on one machine. */
      private: z.boolean().default(false),
    })
    .prefault({}),
  /** Of a private network: accounts whose operation logs carry it are refused. */
  marker: z.string().min(33).max(128).optional(),
  outbound: outboundSchema.prefault({}),
})

/** The relay of a private network: part of it, for its own components. */
const privateRelaySchema = componentSchema.extend({ open: z.literal(false).optional(), ...shared })
export type PrivateRelayConfig = z.infer<typeof privateRelaySchema>

/** One that stands alone, for everybody. */
const openRelaySchema = processSchema.extend({ open: z.literal(true), ...shared, public: publicSchema })
export type OpenRelayConfig = z.infer<typeof openRelaySchema>

export const relayConfigSchema = z.discriminatedUnion('open', [privateRelaySchema, openRelaySchema])
export type RelayConfig = z.infer<typeof relayConfigSchema>
