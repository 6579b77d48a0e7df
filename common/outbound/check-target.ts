import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { hostOf } from './no-proxy.ts'
import { isPublicAddress } from './public-address.ts'

/** Looks a name up: its addresses, or none when this machine does not know it. */
export type Resolve = (host: string) => Promise<readonly string[]>

/**
 * What a configured host sends us to has to be public and encrypted. When we connect ourselves, the address is checked
 * once more and pinned as we do (`lookupPublic`). A proxy resolves names for itself, out of our sight: so it is never
 * handed an address, nor a name that could be one of the inside.
 */
export async function checkTarget(
  url: URL,
  { proxied, resolve }: { proxied: boolean; resolve: Resolve },
): Promise<void> {
  if (url.protocol !== 'https:') throw new OutboundRefused('it leads to an address that is not https')
  const host = hostOf(url)
  // The resolver is not asked about addresses.
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new OutboundRefused('it leads to a private address')
  if (!proxied) return
  if (isIP(host) !== 0) throw new OutboundRefused('it leads to a bare address, which the proxy is not asked for')
  if (!host.includes('.') || insideSuffixes.some((suffix) => host.endsWith(suffix))) {
    throw new OutboundRefused('it leads to a name of the inside')
  }
  // Behind a proxy this machine often knows no public names; what it does know as private is private.
  const addresses = await resolve(host)
  if (!addresses.every(isPublicAddress)) throw new OutboundRefused('it leads to a private address')
}

// RFC 6761, RFC 6762, RFC 8375, and ICANN's list of names that collide with those of companies' own networks.
const insideSuffixes = [
  ...['.localhost', '.local', '.internal', '.home.arpa', '.test', '.invalid', '.onion'],
  ...['.lan', '.intranet', '.private', '.corp', '.home', '.mail', '.localdomain'],
]

/** Where only the proxy reaches a name server, this one's silence must not hold everybody up. */
const resolveTimeoutMs = 2_000

export const systemResolve: Resolve = async (host) => {
  const answer = lookup(host, { all: true }).catch(() => [])
  const found = await Promise.race([answer, delay(resolveTimeoutMs, [], { ref: false })])
  return found.map(({ address }) => address)
}

/** A way we do not go. Its message may be shown. */
export class OutboundRefused extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'OutboundRefused'
  }
}
