export { ProofGate, type ProvenTarball } from './proof-gate.ts'
