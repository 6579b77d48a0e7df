import { isIP } from 'node:net'
import type { NetworkConfig } from '#common/config/index.ts'

/** For whom passkeys are made: the pages where people approve, and nobody else (WebAuthn Level 3, section 4). */
export interface RelyingParty {
  /** RP ID: a host name. */
  id: string
  origin: string
}

export function relyingPartyOf({ publicUrls }: Pick<NetworkConfig, 'publicUrls'>): RelyingParty {
  const { hostname: id, origin } = new URL(publicUrls.people)
  return { id, origin }
}

/**
 * Why browsers would make no passkeys on a page of this address.
 * @returns undefined when they would
 */
export function passkeyObstacle(url: string): string | undefined {
  const { hostname, protocol } = new URL(url)
  // An RP ID is a domain (WebAuthn Level 3, section 5.1.3, step 8); browsers refuse addresses with a SecurityError.
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return 'an IP address'
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  return protocol === 'https:' || isLocal ? undefined : 'not https'
}
