import { createHmac } from 'node:crypto'
import type {
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { sha256 } from '#common/crypto/index.ts'
import { passkeyAlgorithms, relyingPartyOf } from '#common/passkeys/index.ts'
import type { PeopleContext } from '../context.ts'
import type { Session } from '../sessions/index.ts'
import type { StoredPasskey } from './stored-passkeys.ts'

const timeoutMs = 120_000

/**
 * What a registration answers. Without attestation nothing signs it, so it has only to be one that another session's page does
 * not have.
 */
export function registrationChallenge({ token }: Pick<Session, 'token'>): string {
  return createHmac('sha256', token).update('passkey registration').digest('base64url')
}

/** What the browser's script hands to `navigator.credentials.create`. @param known the person's passkeys */
export function creationOptions(
  { config }: Pick<PeopleContext, 'config'>,
  session: Session,
  known: readonly StoredPasskey[],
): PublicKeyCredentialCreationOptionsJSON {
  const { id } = relyingPartyOf(config.network)
  return {
    rp: { id, name: 'Atoll' },
    // Nothing about the person is to be read from it (WebAuthn Level 3, section 14.6.1), and a DID says who they are.
    user: { id: sha256(session.did).toString('base64url'), name: session.handle, displayName: session.handle },
    challenge: registrationChallenge(session),
    pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key' as const, alg })),
    timeout: timeoutMs,
    excludeCredentials: known.map(descriptorOf),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    attestation: 'none',
  }
}

/** What the browser's script hands to `navigator.credentials.get`. @param challenge the hash that is to be signed, base64url */
export function requestOptions(
  { config }: Pick<PeopleContext, 'config'>,
  challenge: string,
  known: readonly StoredPasskey[],
): PublicKeyCredentialRequestOptionsJSON {
  const { id } = relyingPartyOf(config.network)
  return {
    challenge,
    rpId: id,
    timeout: timeoutMs,
    allowCredentials: known.map(descriptorOf),
    userVerification: 'required',
  }
}

function descriptorOf({ id, transports }: StoredPasskey) {
  return { id, type: 'public-key' as const, transports: [...transports] as AuthenticatorTransport[] }
}
