import { isIP } from 'node:net'
import { isPublicAddress } from './public-address.ts'

/**
 * Configured origins may be anywhere. Others, to which a configured one redirected us, have to be public and encrypted;
 * names are checked once more when they are resolved.
 * @param configured origins
 */
export function checkTarget(url: URL, configured: ReadonlySet<string>): void {
  if (configured.has(url.origin)) return
  if (url.protocol !== 'https:') throw new OutboundRefused('it redirects to an address that is not https')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // The resolver is not asked about addresses.
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new OutboundRefused('it redirects to a private address')
}

/** A way we do not go. Its message may be shown. */
export class OutboundRefused extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'OutboundRefused'
  }
}
