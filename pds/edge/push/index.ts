export { mountPushes } from './mount.ts'
export type { PushServices } from './services.ts'
