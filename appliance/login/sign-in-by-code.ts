import { hostname } from 'node:os'
import * as oidc from 'openid-client'
import { Failure } from '#appliance/failures.ts'

/** What the person needs on the other machine. */
export interface ShownCode {
  page: string
  code: string
  minutes: number
}

// What the person sees beside our address; a name alone proves nothing.
const myName = { 'user-agent': `atoll login on ${hostname().replace(/[^\x21-\x7e]/g, '?')}` }

// Anybody is this client: a person decides, and no secret (RFC 8628, section 5.6).
const clientId = 'atoll'

/**
 * Signs in by a code that is typed on another machine (RFC 8628).
 * @param registry its URL, without a slash at the end
 * @param show called once, as soon as there is a code
 * @returns an npm token
 * @throws Failure when the registry does not answer, the person says no, or nobody types the code in time
 */
export async function signInByCode(registry: string, show: (code: ShownCode) => void): Promise<string> {
  const client = clientOf(registry)
  let late: AbortSignal | undefined
  try {
    const begun = await oidc.initiateDeviceAuthorization(client, {})
    late = AbortSignal.timeout(begun.expires_in * 1000)
    show({ page: begun.verification_uri, code: begun.user_code, minutes: Math.round(begun.expires_in / 60) })
    return (await oidc.pollDeviceAuthorizationGrant(client, begun, {}, { signal: late })).access_token
  } catch (error) {
    if (late?.aborted === true) throw new Failure('Nobody typed the code in time: run the command again.')
    throw explained(registry, error)
  }
}

function clientOf(registry: string): oidc.Configuration {
  const client = new oidc.Configuration(
    {
      issuer: registry,
      device_authorization_endpoint: `${registry}/-/oauth/device_authorization`,
      token_endpoint: `${registry}/-/oauth/token`,
    },
    clientId,
    undefined,
    oidc.None(),
  )
  if (registry.startsWith('http:')) oidc.allowInsecureRequests(client)
  client[oidc.customFetch] = (url, { headers, ...rest }) => fetch(url, { ...rest, headers: { ...headers, ...myName } })
  return client
}

function explained(registry: string, error: unknown): Failure {
  if (error instanceof oidc.ResponseBodyError) return new Failure(error.error_description ?? error.error)
  const options = error instanceof Error ? { cause: error } : {}
  return new Failure(
    `${registry} does not sign anybody in by a code: is it the URL that package managers use?`,
    options,
  )
}
