import { isIP } from 'node:net'
import { z } from 'zod'
import type { publicNetworkSchema as appviewNetwork } from '#appview/mirror/config.ts'

const origin = z
  .url({ protocol: /^https?$/ })
  .refine((url) => /^\/?$/.test(new URL(url).pathname + new URL(url).search), 'is more than scheme, host and port')
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'must not hold credentials')
  .transform((url) => new URL(url).origin)

const nameServer = z
  .string()
  .refine(isAddressAndPort, 'is not an IP address, with a port where it is not 53, such as 10.0.0.53 or 127.0.0.1:5353')

const distinct = (urls: readonly string[]) => new Set(urls).size === urls.length

/** `publicNetwork`: what is mirrored of the public AT Protocol network. */
export const publicNetworkSettings = z
  .strictObject({
    relays: z
      .array(origin)
      .min(1)
      .max(10)
      .refine(distinct, 'names one twice')
      .describe('Relays whose firehoses are followed; what one keeps back, another may tell.'),
    directory: origin.describe('The public did:plc directory. Its operation logs are verified from their beginning.'),
    privateHosts: z
      .array(origin)
      .max(1_000)
      .default([])
      .describe('PDSes that may be at addresses that are not public, such as https://pds.lab.acme.com.'),
    nameServers: z
      .array(nameServer)
      .min(1)
      .max(5)
      .optional()
      .describe('IP addresses of the name servers that handles are looked up with; the machine’s own when absent.'),
    discoverHours: z
      .number()
      .positive()
      .max(168)
      .default(24)
      .describe('How often relays are asked who has packages, and handles are looked up again.'),
    patienceSeconds: z
      .number()
      .min(0.1)
      .max(300)
      .default(30)
      .describe('How long a PDS may take to begin with an answer; what it sends then has to come at 0.5 MB/s.'),
    maxRepoBytes: z
      .int()
      .min(1_000_000)
      .default(256_000_000)
      .describe('The largest repository that is read whole, in bytes.'),
  })
  .optional()
  .describe(
    'The public AT Protocol network, whose packages are installed by the handles of their publishers. Nothing is followed when absent. See public-network.md.',
  )
export type PublicNetworkSettings = NonNullable<z.output<typeof publicNetworkSettings>>

/** As the AppView wants it. */
export function describePublicNetwork({
  patienceSeconds,
  ...rest
}: PublicNetworkSettings): z.input<typeof appviewNetwork> {
  return { ...rest, patienceMs: Math.round(patienceSeconds * 1000) }
}

/** What `dns.Resolver.setServers` takes. */
function isAddressAndPort(text: string): boolean {
  const [, address = text, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text)?.filter(Boolean) ?? []
  if (port !== undefined && Number(port) > 65_535) return false
  return isIP(address.replace(/^\[(.*)\]$/, '$1')) !== 0
}
