export { type EdgeConfig, edgeConfigSchema } from './config.ts'
export { EdgePds } from './edge-pds.ts'
