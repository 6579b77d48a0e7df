import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sha256 } from '#common/crypto/index.ts'

// Known before anything is hashed: every request of a package manager passes here.
const prefix = 'atoll_monitor_'

/** A new token for whoever watches the components. */
export function mintMonitorToken(): string {
  return `${prefix}${randomBytes(24).toString('hex')}`
}

/** What a component is told of it. */
export function hashMonitorToken(token: string): string {
  return sha256(token).toString('hex')
}

/** @param authorization the header @param tokenHash undefined: nobody does */
export function bearsMonitorToken(authorization: string | undefined, tokenHash: string | undefined): boolean {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
  if (tokenHash === undefined || token === undefined || !token.startsWith(prefix)) return false
  return timingSafeEqual(sha256(token), Buffer.from(tokenHash, 'hex'))
}
