import { isIP } from 'node:net'

/**
 * Whether a browser and the client that asked seem to be on the same machine or behind the same router. Where they are not, the
 * person may be working remotely, or may have been sent somebody else's link.
 */
export function isSameAddress(a: string, b: string): boolean {
  return canonical(a) === canonical(b)
}

/** All loopback addresses are one machine, and IPv4 may come dressed as IPv6 (RFC 4291, 2.5.5.2). */
function canonical(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  const isLoopback = plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
  return isLoopback ? 'loopback' : plain
}
