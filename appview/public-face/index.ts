export { type PublicAppViewConfig, publicAppViewConfigSchema } from './config.ts'
