export { findWitness, type Witness } from './find-witness.ts'
export { type WitnessRequest, writeWitness } from './write-witness.ts'
