import * as oidc from 'openid-client'
import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { callbackUrl } from './authorization-url.ts'
import { type Round, takeRound } from './rounds.ts'

export type IdTokenClaims = oidc.IDToken

/** What the IdP says. */
export interface Answer {
  claims: IdTokenClaims
  idToken: string
  /** For endpoints of the IdP that say more; it is not kept. */
  accessToken: string
}

export interface FinishedRound extends Round {
  /** Undefined when it declined, as it does to `prompt=none` when it would have to ask. */
  answer: Answer | undefined
}

/**
 * Takes the browser back from the IdP. The ID token's signature, issuer, audience, expiry and nonce hold afterwards;
 * what it must say about factors and age is for those who asked (`#common/step-up`).
 * @param search the query of the callback's address
 * @throws ExpiredHandle when this browser is on no such way, or was back already; StepUpRejected; ComponentUnavailable
 */
export async function finishRound(context: PeopleContext, browser: string, search: string): Promise<FinishedRound> {
  const { db, clock, providers, config } = context
  const back = new URL(callbackUrl(config.network.publicUrls.people))
  back.search = search
  const state = back.searchParams.get('state') ?? ''
  const round = await takeRound(db, { state, browser, now: new Date(clock.now()) })
  if (round === undefined) throw new AtollError('ExpiredHandle')
  const { client } = await providers.get(round.issuer)
  try {
    const tokens = await oidc.authorizationCodeGrant(client, back, {
      expectedState: state,
      expectedNonce: round.nonce,
      pkceCodeVerifier: round.pkceVerifier,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined || tokens.id_token === undefined) throw new Error('there is no ID token')
    return { ...round, answer: { claims, idToken: tokens.id_token, accessToken: tokens.access_token } }
  } catch (cause) {
    if (cause instanceof oidc.AuthorizationResponseError) return { ...round, answer: undefined }
    throw new AtollError('StepUpRejected', { reason: 'it does not verify' }, cause)
  }
}
