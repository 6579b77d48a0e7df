export { proofFailed } from '../read-proven.ts'
export { type Parties, proveParties } from './prove-parties.ts'
export { type PublicPlace, type PublicSources, provePublicRecord } from './prove-public-record.ts'
export { type PublicClaim, type PublicRecord, provePublicVersion } from './prove-public-version.ts'
