export { mountTokens } from './mount-tokens.ts'
export { revokeToken } from './revoke-token.ts'
