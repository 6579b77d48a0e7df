export { beginRound, type RoundRequest } from './begin-round.ts'
export { type Answer, type FinishedRound, finishRound, type IdTokenClaims } from './finish-round.ts'
export { IdentityProviders, type KnownProvider } from './identity-providers.ts'
export type { Purpose } from './rounds.ts'
