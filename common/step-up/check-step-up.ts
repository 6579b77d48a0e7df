import { z } from 'zod'
import type { IdpConfig } from '#common/config/index.ts'
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
}

const claimsSchema = z.looseObject({ sub: z.string(), nonce: z.string(), auth_time: z.number().optional() })

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
  const parsed = claimsSchema.safeParse(claims)
  if (!parsed.success) throw rejected('it does not say who authenticated, and for what')
  const { sub, nonce, auth_time: authTime } = parsed.data
  if (sub !== expected.subject) throw rejected('it is about somebody else')
  if (!equalSecrets(nonce, expected.nonce)) throw rejected('it is about another operation')
  const said = valuesOf(parsed.data[mfa.claim])
  const isEnough = (accepted: string | string[]) => [accepted].flat().every((value) => said.includes(value))
  if (!mfa.accept.some(isEnough)) throw rejected(noSecondFactor)
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
