import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { credentialIdSchema, passkeyAlgorithms, type RelyingParty } from '#common/passkeys/index.ts'
import type { NewPasskey } from './stored-passkeys.ts'

const base64url = z
  .string()
  .min(1)
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]+$/)

/** As browsers give it in JSON (WebAuthn Level 3, section 5.1.8.1), without what is of no use here. */
const registrationSchema = z.object({
  id: credentialIdSchema,
  rawId: credentialIdSchema,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])).catch([]),
  }),
})

const maxLength = 16_384

/**
 * A credential that a browser has just made on our page, for this session, with its owner verified
 * (WebAuthn Level 3, section 7.1). No attestation is asked for: which make an authenticator is, is not our business.
 * @param json as the browser's script sends it
 * @throws PasskeyNotAccepted
 */
export async function verifyRegistration(
  json: string,
  expected: { challenge: string; relyingParty: RelyingParty },
): Promise<Omit<NewPasskey, 'name'>> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  try {
    if (json.length > maxLength) throw new Error('it is too long')
    const response = registrationSchema.parse(JSON.parse(json))
    const { registrationInfo } = await verifyRegistrationResponse({
      response: { ...response, clientExtensionResults: {} },
      expectedChallenge: expected.challenge,
      expectedOrigin: expected.relyingParty.origin,
      expectedRPID: expected.relyingParty.id,
      supportedAlgorithmIDs: passkeyAlgorithms,
    })
    if (registrationInfo === undefined) throw new Error('it does not verify')
    const { id, publicKey, counter } = registrationInfo.credential
    return { id, publicKey, counter, transports: response.response.transports }
  } catch (cause) {
    const reason = 'the browser did not send a new one that was made here. It needs JavaScript'
    throw new AtollError('PasskeyNotAccepted', { reason }, cause)
  }
}
