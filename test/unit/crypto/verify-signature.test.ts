import { expect, it } from 'vitest'
import { verifySignature } from '#common/crypto/index.ts'
import { interopJson } from '#test/support/interop.ts'

interface SignatureVector {
  comment: string
  messageBase64: string
  publicKeyDid: string
  signatureBase64: string
  validSignature: boolean
}

it.each(interopJson<SignatureVector>('crypto/signature-fixtures.json'))('$comment', (vector) => {
  const message = Buffer.from(vector.messageBase64, 'base64')
  const signature = Buffer.from(vector.signatureBase64, 'base64')
  expect(verifySignature(vector.publicKeyDid, message, signature)).toBe(vector.validSignature)
})
