export { mountSignatures } from './mount-signatures.ts'
