import * as oidc from 'openid-client'
import type { IdpConfig } from '#common/config/index.ts'
import type { PeopleContext } from '../context.ts'

/** How the IdP is asked. */
export interface Asking {
  prompt?: 'login' | 'none'
  /** Asks for the second factor, and for an authentication no older than this. */
  stepUp?: { maxAgeSeconds: number }
}

interface Authorization extends Asking {
  issuer: string
  state: string
  nonce: string
  pkceVerifier: string
}

/** The IdP's address for a round. @throws ComponentUnavailable */
export async function authorizationUrl(
  { providers, config }: Pick<PeopleContext, 'providers' | 'config'>,
  { issuer, state, nonce, pkceVerifier, prompt, stepUp }: Authorization,
): Promise<string> {
  const { settings, client } = await providers.get(issuer)
  const parameters: Record<string, string> = {
    redirect_uri: callbackUrl(config.network.publicUrls.people),
    scope: ['openid profile email', settings.groups?.scope].filter((scope) => scope !== undefined).join(' '),
    response_type: 'code',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceVerifier),
    code_challenge_method: 'S256',
  }
  if (prompt !== undefined) parameters['prompt'] = prompt
  if (stepUp !== undefined) Object.assign(parameters, askForMfa(settings), { max_age: String(stepUp.maxAgeSeconds) })
  return oidc.buildAuthorizationUrl(client, parameters).href
}

function askForMfa({ mfa }: IdpConfig): Record<string, string> {
  if (mfa === 'passkey') return {}
  const { acr_values, claims } = mfa.request
  return {
    ...(acr_values === undefined ? {} : { acr_values }),
    ...(claims === undefined ? {} : { claims: JSON.stringify(claims) }),
  }
}

/** Built from the configuration: what a request says about its own address is not believed. */
export function callbackUrl(publicUrl: string): string {
  return new URL('/oidc/callback', publicUrl).href
}
