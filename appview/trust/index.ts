export { gatherKnown } from './gather-known.ts'
export { tellTrust } from './tell-trust.ts'
export type { TrustFact } from './trust-fact.ts'
