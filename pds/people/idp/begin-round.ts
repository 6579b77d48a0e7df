import * as oidc from 'openid-client'
import type { IdpConfig } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { countRounds, type Purpose, saveRound } from './rounds.ts'

export interface RoundRequest {
  purpose: Purpose
  issuer: string
  /** The browser's own id: nobody else can come back from this round. */
  browser: string
  returnTo: string
  /** What the IdP shall sign; random unless the round is about an operation. */
  nonce?: string
  did?: string
  operation?: Uint8Array
  prompt?: 'login' | 'none'
  /** Asks for the second factor, and for an authentication no older than this. */
  stepUp?: { maxAgeSeconds: number }
}

const lifetimeMs = 10 * 60_000
const maxRoundsPerPage = 20

/**
 * Begins a way to the IdP: authorization code with PKCE, state and nonce (RFC 9700, section 2.1).
 * @returns the IdP's address to send the browser to
 * @throws ComponentUnavailable, TooManyRequests
 */
export async function beginRound(context: PeopleContext, request: RoundRequest): Promise<string> {
  const { db, clock, providers, config } = context
  const { settings, client } = await providers.get(request.issuer)
  if ((await countRounds(db, request.returnTo)) >= maxRoundsPerPage) throw new AtollError('TooManyRequests')
  const state = oidc.randomState()
  const pkceVerifier = oidc.randomPKCECodeVerifier()
  const nonce = request.nonce ?? oidc.randomNonce()
  await saveRound(db, {
    ...request,
    did: request.did,
    operation: request.operation,
    state,
    nonce,
    pkceVerifier,
    startedAt: new Date(clock.now()),
    expiresAt: new Date(clock.now() + lifetimeMs),
  })
  const parameters: Record<string, string> = {
    redirect_uri: callbackUrl(config.network.publicUrls.people),
    scope: ['openid profile email', settings.groups?.scope].filter((scope) => scope !== undefined).join(' '),
    response_type: 'code',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceVerifier),
    code_challenge_method: 'S256',
  }
  if (request.prompt !== undefined) parameters['prompt'] = request.prompt
  if (request.stepUp !== undefined) {
    Object.assign(parameters, askForMfa(settings), { max_age: String(request.stepUp.maxAgeSeconds) })
  }
  return oidc.buildAuthorizationUrl(client, parameters).href
}

function askForMfa({ mfa }: IdpConfig): Record<string, string> {
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
