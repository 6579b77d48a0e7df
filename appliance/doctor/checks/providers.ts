import type { Check } from '../finding.ts'
import { about } from '../finding.ts'

const { ok, fail } = about('sign-in')

/** Nobody signs in or approves without an identity provider. */
export const checkProviders: Check = ({ providers, redirectUri }) =>
  providers.map(({ issuer, problem, keys = 0 }) => {
    if (problem !== undefined)
      return fail(`${issuer} ${problem}`, 'check its address, and network.proxy and network.caFile')
    if (keys === 0) return fail(`${issuer} publishes no keys`, 'ask whoever runs it for its signing keys (jwks_uri)')
    return ok(`${issuer} answers with ${keys} keys; it must send people back to ${redirectUri}`)
  })
