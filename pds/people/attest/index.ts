export { type WitnessRequest, writeWitness } from './write-witness.ts'
