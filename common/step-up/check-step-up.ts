import { z } from 'zod'
import type { IdpConfig, MfaRule } from '#common/config/index.ts'
import { equalSecrets } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'

/** What an ID token that passed its signature check must be about to count for one act. */
export interface StepUpExpectation {
  /** base64url of the operation's hash, or its batch's (`nonceOf`). */
  nonce: string
  /** The same person, as the IdP numbers people. */
  subject: string
  /** Seconds since the epoch: an authentication before that does not count. */
  authenticatedSince: number
  /** A passkey of this person was proven to have signed the nonce, too. Asked for where passkeys are the second factor. */
  signedByPasskey: boolean
}

const claimsSchema = z.looseObject({ sub: z.string(), nonce: z.string(), auth_time: z.number().optional() })
type Claims = z.output<typeof claimsSchema>

// Providers differ in what they can prove, and people cannot know which rule was made for theirs.
const noSecondFactor =
  'it does not say that a second factor was used. If one was, those who run this registry have to look at their rule for ' +
  'this identity provider (docs/connect-your-idp.md)'

// Clocks of two machines differ, and auth_time is in whole seconds.
const skewSeconds = 5

/**
 * Whether the IdP confirms exactly this act: its nonce, by this person, with the second factor the configuration asks
 * for, and freshly. A claim that is missing counts as no (DESIGN §2, step 3). The caller verified signature, issuer,
 * audience and expiry.
 * @throws StepUpRejected
 */
export function checkStepUp(claims: unknown, { mfa }: Pick<IdpConfig, 'mfa'>, expected: StepUpExpectation): void {
  const read = checkAbout(claims, expected)
  if (mfa !== 'passkey') checkSecondFactor(read, mfa, expected)
  // A passkey signs at this very moment, so it does not matter how long ago the provider asked for a password.
  else if (!expected.signedByPasskey) throw rejected('no passkey of yours has signed it')
}

/**
 * Whether the IdP names this person and this act, whatever it says of factors.
 * @throws StepUpRejected
 */
export function checkAbout(claims: unknown, expected: Pick<StepUpExpectation, 'nonce' | 'subject'>): Claims {
  const parsed = claimsSchema.safeParse(claims)
  if (!parsed.success) throw rejected('it does not say who authenticated, and for what')
  const { sub, nonce } = parsed.data
  if (sub !== expected.subject) throw rejected('it is about somebody else')
  if (!equalSecrets(nonce, expected.nonce)) throw rejected('it is about another operation')
  return parsed.data
}

function checkSecondFactor(claims: Claims, { claim, accept }: MfaRule, expected: StepUpExpectation): void {
  const said = valuesOf(claims[claim])
  const isEnough = (accepted: string | string[]) => [accepted].flat().every((value) => said.includes(value))
  if (!accept.some(isEnough)) throw rejected(noSecondFactor)
  const { auth_time: authTime } = claims
  if (authTime === undefined) throw rejected('it does not say when the person authenticated (auth_time)')
  if (authTime < expected.authenticatedSince - skewSeconds) throw rejected('the authentication is too old')
}

/** `amr` is a list, `acr` a string (OpenID Connect Core 1.0, section 2). */
function valuesOf(claim: unknown): unknown[] {
  return Array.isArray(claim) ? claim : [claim]
}

function rejected(reason: string): AtollError {
  return new AtollError('StepUpRejected', { reason })
}
