export { equalSecrets, randomHandle, sha256 } from './digests.ts'
export { jwtAlgorithmOf, verifySignature } from './verify-signature.ts'
