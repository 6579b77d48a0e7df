export { type LabelerConfig, labelersSchema } from './config.ts'
export { Labelers } from './labelers.ts'
