export { IdTokens, type VerifiedIdToken } from './id-tokens.ts'
