export { AppView } from './appview.ts'
export { type AppViewConfig, appviewConfigSchema } from './config.ts'
