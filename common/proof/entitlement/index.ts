export type { Evidence } from './evidence.ts'
export {
  type EntitlementClaim,
  type EntitlementHint,
  maxMemberships,
  maxRights,
  type ProveRecord,
  proveEntitlement,
} from './prove-entitlement.ts'
export { readAttestation } from './read-attestation.ts'
export { type ClaimedRight, readRight, type ShownRight } from './read-right.ts'
export { weighEvidence } from './weigh-evidence.ts'
