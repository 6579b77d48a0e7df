export { type PublicAppViewConfig, publicAppViewConfigSchema } from './config.ts'
export { PublicAppView } from './public-appview.ts'
