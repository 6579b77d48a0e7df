export { mountProofs } from './mount-proofs.ts'
