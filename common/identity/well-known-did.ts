import { isValidHandle } from '@atproto/syntax'

/** Where a host says which account has its name for a handle (https://atproto.com/specs/handle). The answer is the DID, as plain text. */
export const wellKnownDidPath = '/.well-known/atproto-did'

/** @param host the Host header @returns the handle that a request to that path asks about, or undefined when it is none */
export function handleOfHost(host: string | undefined): string | undefined {
  const handle = host?.toLowerCase().replace(/:\d{1,5}$/, '')
  return handle !== undefined && isValidHandle(handle) ? handle : undefined
}
