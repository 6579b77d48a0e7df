import { z } from 'zod'

const origin = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** The public network, as far as this box looks at it. */
export const publicNetworkSchema = z.object({
  /** Whose firehoses are followed; what one keeps back, another may tell. */
  relays: z.array(origin).min(1).max(10),
  /** The public did:plc directory. */
  directory: origin,
  /** Origins of PDSes at addresses that are not public; everybody else's have to be. */
  privateHosts: z.array(origin).max(1_000).default([]),
  /** Name servers that handles are looked up with, as `address:port`; the machine's own when absent. */
  nameServers: z.array(z.string().min(1).max(256)).min(1).max(5).optional(),
  /** How often relays are asked who has packages, and handles are looked up again. */
  discoverHours: z.number().positive().max(168).default(24),
  /** How long a PDS may take to begin with an answer; what it sends then has to come at 0.5 MB/s. */
  patienceMs: z.int().min(100).max(300_000).default(30_000),
  /** The largest repository that is read whole: three at a time are in memory, and twice while they arrive. */
  maxRepoBytes: z.int().min(1_000_000).default(128_000_000),
})
export type PublicNetworkConfig = z.infer<typeof publicNetworkSchema>
