export { componentConfigs, configFile, monitoringTokenFile, type Parts } from './component-configs.ts'
export { type DatabasePasswords, prepareDatabase } from './database.ts'
export { describeNetwork } from './network.ts'
export { keepSecrets, rotateSigningKey, type Secrets } from './secrets.ts'
