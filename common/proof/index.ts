export { checkWitness, type Witnessed } from './check-witness.ts'
export {
  fetchRecordProof,
  type ProofSources,
  proofFailed,
  type RecordProof,
  type WantedRecord,
} from './fetch-record-proof.ts'
export { fetchWitnesses } from './fetch-witnesses.ts'
export { type ProvenVersion, proveVersion, type VersionClaim } from './prove-version.ts'
export { proveWitness } from './prove-witness.ts'
