export {
  type ComponentConfigs,
  componentConfigs,
  configFile,
  monitoringTokenFile,
} from './component-configs.ts'
export { type DatabasePasswords, prepareDatabase } from './database.ts'
export { describeFace } from './face-configs.ts'
export { facePasswords, keepFaceSecrets } from './face-secrets.ts'
export { describeNetwork } from './network.ts'
export type { Parts } from './parts.ts'
export { keepSecrets, rotateSigningKey, type Secrets } from './secrets.ts'
