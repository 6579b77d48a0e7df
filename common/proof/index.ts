export { checkWitness, type Witnessed } from './check-witness.ts'
export { fetchRecordProof, type ProofSources, proofFailed, type RecordProof } from './fetch-record-proof.ts'
export { type ProvenVersion, proveVersion, type VersionClaim } from './prove-version.ts'
export { proveWitness } from './prove-witness.ts'
