import * as oidc from 'openid-client'
import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { type Asking, authorizationUrl } from './authorization-url.ts'
import { countRounds, type Purpose, saveRound } from './rounds.ts'

export interface RoundRequest extends Asking {
  purpose: Purpose
  issuer: string
  /** The browser's own id: nobody else can come back from this round. */
  browser: string
  returnTo: string
  /** What the IdP shall sign; random unless the round is about an operation. */
  nonce?: string
  did?: string
  operation?: Uint8Array
}

const lifetimeMs = 10 * 60_000
const maxRoundsPerPage = 20
const maxRoundsPerSharedPage = 5_000

/**
 * Begins a way to the IdP: authorization code with PKCE, state and nonce (RFC 9700, section 2.1).
 * @returns where to send the browser: to the IdP, or first to the page where a passkey signs
 * @throws ComponentUnavailable, TooManyRequests
 */
export async function beginRound(context: PeopleContext, request: RoundRequest): Promise<string> {
  const { db, clock, providers } = context
  const { settings } = await providers.get(request.issuer)
  if ((await countRounds(db, request)) >= maxRounds(request)) throw new AtollError('TooManyRequests')
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
  // A passkey signs first: the IdP's word is then as fresh as can be when it is used.
  if (request.stepUp !== undefined && settings.mfa === 'passkey') return passkeyPathOf(state)
  return authorizationUrl(context, { ...request, state, nonce, pkceVerifier })
}

/** The address of most pages is one person's secret; strangers come to "/approvals", and must not keep others out of it. */
function maxRounds({ returnTo, did }: RoundRequest): number {
  const isShared = did === undefined && returnTo.lastIndexOf('/') === 0
  return isShared ? maxRoundsPerSharedPage : maxRoundsPerPage
}

/** Where a passkey signs the nonce of a round. */
export const passkeyPathOf = (state: string) => `/passkey/${state}`
