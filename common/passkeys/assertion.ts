import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'

const base64url = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/)

// Credential ids have 1,023 bytes at most (WebAuthn Level 3, section 4).
export const credentialIdSchema = base64url(1364)

/** An assertion as browsers give it in JSON (WebAuthn Level 3, section 5.1.8.2), without what is of no use here. */
const assertionSchema = z.object({
  id: credentialIdSchema,
  rawId: credentialIdSchema,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(2048),
    authenticatorData: base64url(2048),
    signature: base64url(1024),
  }),
})
export type Assertion = z.output<typeof assertionSchema>

/** Of what `encodeAssertion` makes. */
export const maxAssertionLength = 8_192

/** @param json as the browser's script sends it @throws InvalidRequest when it is no assertion */
export function parseAssertion(json: string): Assertion {
  if (json.length > maxAssertionLength) throw refuse()
  try {
    return assertionSchema.parse(JSON.parse(json))
  } catch (cause) {
    throw refuse(cause)
  }
}

/** As it travels beside an ID token. @returns base64url */
export function encodeAssertion(assertion: Assertion): string {
  return Buffer.from(JSON.stringify(assertion)).toString('base64url')
}

/** @throws InvalidRequest */
export function decodeAssertion(encoded: string): Assertion {
  if (encoded.length > maxAssertionLength) throw refuse()
  return parseAssertion(Buffer.from(encoded, 'base64url').toString('utf8'))
}

function refuse(cause?: unknown): AtollError {
  return new AtollError('InvalidRequest', { reason: 'what came as the answer of a passkey is none' }, cause)
}
