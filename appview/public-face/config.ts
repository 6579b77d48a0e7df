import { z } from 'zod'
import { publicFaceSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'
import { outboundSchema } from '#common/outbound/config.ts'

const origin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)
const hosts = z.array(origin).min(1).max(10)

/** What a public AppView knows: the edge PDSes, the public directory, a database of its own, and the gateway that asks it. */
export const publicAppViewConfigSchema = publicFaceSchema.extend({
  database: databaseConfigSchema,
  /**
   * Origins of the edge PDSes. Roles bind to hosts: versions and lists of publishers count from accounts of the one kind, attestations from
   * those of the other, and what is hosted anywhere else is nobody's.
   */
  hosts: z
    .object({ org: hosts, people: hosts })
    .refine(({ org, people }) => !org.some((host) => people.includes(host)), 'one host cannot be both parties'),
  /** The public did:plc directory. */
  directory: origin,
  /** Of the private network beside it: an operation log that carries it was replayed out of there. */
  marker: z.string().min(33).max(128).optional(),
  /** Name servers that handles are looked up with, as `address:port`; the machine's own when absent. */
  nameServers: z.array(z.string().min(1).max(256)).min(1).max(5).optional(),
  /** How often the edge PDSes are asked whom they have, and handles are looked up again. */
  discoverHours: z.number().positive().max(168).default(1),
  /** How long a PDS may take to begin with an answer. */
  patienceMs: z.int().min(100).max(300_000).default(30_000),
  /** The largest repository that is read whole. */
  maxRepoBytes: z.int().min(1_000_000).default(128_000_000),
  /** Accounts that are taken up at most: an edge PDS that somebody broke into may tell of any number. */
  maxAccounts: z.int().min(1).default(20_000),
  /** The way to the directory and to the domains of handles. */
  outbound: outboundSchema.prefault({}),
})
export type PublicAppViewConfig = z.infer<typeof publicAppViewConfigSchema>
