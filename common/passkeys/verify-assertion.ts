import { AtollError } from '#common/errors/index.ts'
import type { Assertion } from './assertion.ts'
import type { RelyingParty } from './relying-party.ts'

/** A credential somebody registered. */
export interface Passkey {
  /** Credential id, base64url. */
  id: string
  /** COSE_Key. */
  publicKey: Uint8Array
}

interface Expected {
  /** base64url of the hash that the passkey has to have signed: that of an operation, or of a batch. */
  challenge: string
  relyingParty: RelyingParty
  passkey: Passkey
}

/**
 * Whether this passkey signed exactly this hash, on our pages, with its owner present and verified
 * (WebAuthn Level 3, section 7.2). What the counter says is for the caller, who remembers the one before.
 * @returns the signature counter
 * @throws PasskeyNotAccepted
 */
export async function verifyAssertion(assertion: Assertion, expected: Expected): Promise<number> {
  const { challenge, relyingParty, passkey } = expected
  // 27 MB and 0.3 s, which are spared to boxes without passkeys.
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...assertion, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: relyingParty.origin,
      expectedRPID: relyingParty.id,
      // With 0 the library leaves the counter to us.
      credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.publicKey), counter: 0 },
      requireUserVerification: true,
    })
    if (verified) return authenticationInfo.newCounter
  } catch (cause) {
    throw notProven(cause)
  }
  throw notProven()
}

/**
 * An authenticator that counts, counts up: one that does not was copied (WebAuthn Level 3, section 6.1.1). Synchronised passkeys
 * do not count and always say 0.
 */
export function isCounterPlausible(before: number, now: number): boolean {
  return (before === 0 && now === 0) || now > before
}

function notProven(cause?: unknown): AtollError {
  return new AtollError('PasskeyNotAccepted', { reason: 'its signature is not one over exactly this' }, cause)
}
