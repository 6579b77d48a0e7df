import { sha256 } from '#common/crypto/index.ts'

/** As handles, session tokens and codes are stored: who reads the tables cannot use them. */
export function hashSecret(secret: string): string {
  return sha256(secret).toString('base64url')
}
