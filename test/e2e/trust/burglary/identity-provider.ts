import { importJWK, type JWTPayload, SignJWT } from 'jose'
import { demoPeople } from '#appliance/demo/idp/index.ts'
import { subjectOf } from '#appliance/demo/idp/people.ts'
import type { OpenBox } from '#test/support/open-box.ts'

/**
 * What the identity provider signs when somebody has just confirmed an operation, or would sign if it were asked for
 * something else. Made with its own key.
 * @param changes to the claims; undefined takes one away
 */
export async function idTokenAbout(
  box: OpenBox,
  username: string,
  op: Uint8Array,
  changes: JWTPayload = {},
): Promise<string> {
  const { idp } = box.parts.secrets
  return new SignJWT({ ...claimsOf(box, username, op), ...changes })
    .setProtectedHeader({ alg: 'RS256' })
    .sign(await importJWK(idp.signingKey, 'RS256'))
}

export function claimsOf(box: OpenBox, username: string, op: Uint8Array): JWTPayload {
  const [idp] = box.parts.network.idps
  const person = demoPeople.find((candidate) => candidate.username === username)
  if (idp === undefined || person === undefined) throw new Error(`${username} is nobody at the provider`)
  const now = Math.floor(Date.now() / 1000)
  return {
    iss: idp.issuer,
    aud: idp.clientId,
    sub: subjectOf(person, box.parts.secrets.idp.seed),
    nonce: Buffer.from(op).toString('base64url'),
    auth_time: now,
    amr: ['pwd', 'otp', 'mfa'],
    acr: 'mfa',
    iat: now,
    exp: now + 600,
  }
}
