export {
  type Assertion,
  credentialIdSchema,
  decodeAssertion,
  encodeAssertion,
  maxAssertionLength,
  parseAssertion,
} from './assertion.ts'
export { checkPublicKey, passkeyAlgorithms } from './check-public-key.ts'
export { passkeyObstacle, type RelyingParty, relyingPartyOf } from './relying-party.ts'
export { isCounterPlausible, type Passkey, verifyAssertion } from './verify-assertion.ts'
