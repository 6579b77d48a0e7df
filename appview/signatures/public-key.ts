import { createECDH } from 'node:crypto'

// SubjectPublicKeyInfo of an uncompressed point on P-256, up to the point (RFC 5480).
const spkiPrefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')

/** SubjectPublicKeyInfo, DER in base64. */
export function publicKeyOf(privateKeyHex: string): string {
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(privateKeyHex, 'hex')
  return Buffer.concat([spkiPrefix, ecdh.getPublicKey()]).toString('base64')
}
