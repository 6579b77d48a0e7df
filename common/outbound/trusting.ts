import { createSecureContext, getCACertificates } from 'node:tls'

/** `ca` replaces what Node trusts, so that comes along. One context for all connections: parsing it takes milliseconds. */
export function trusting(ca: readonly string[]) {
  if (ca.length === 0) return {}
  return { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...ca] }) }
}
