export { beginRound, type RoundRequest } from './begin-round.ts'
export { type FinishedRound, finishRound, type IdTokenClaims } from './finish-round.ts'
export { IdentityProviders } from './identity-providers.ts'
export type { Purpose } from './rounds.ts'
