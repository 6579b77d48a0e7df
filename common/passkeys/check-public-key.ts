import { AtollError } from '#common/errors/index.ts'

/** EdDSA, ES256 and RS256 (COSE algorithms): every authenticator has one of them. */
export const passkeyAlgorithms = [-8, -7, -257]

/** @param publicKey COSE_Key @throws PasskeyNotAccepted when it is none, or of another algorithm */
export async function checkPublicKey(publicKey: Uint8Array): Promise<void> {
  const { cose, decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers')
  let algorithm: unknown
  try {
    algorithm = decodeCredentialPublicKey(Uint8Array.from(publicKey)).get(cose.COSEKEYS.alg)
  } catch (cause) {
    throw new AtollError('PasskeyNotAccepted', { reason: 'its public key cannot be read' }, cause)
  }
  if (typeof algorithm === 'number' && passkeyAlgorithms.includes(algorithm)) return
  throw new AtollError('PasskeyNotAccepted', { reason: `it signs with the algorithm ${String(algorithm)}` })
}
