export { fetchOperationLog } from './fetch-operation-log.ts'
export { buildGenesis, type Genesis } from './genesis.ts'
export { handleOf } from './handle-of.ts'
export {
  type Account,
  type AccountRole,
  accountFromLog,
  type Identities,
  IdentityResolver,
} from './identity-resolver.ts'
export { isPlcDid } from './plc-did.ts'
export {
  handlesInLog,
  type PublicAccount,
  PublicIdentities,
  type PublicIdentitiesOptions,
  publicAccountFromLog,
} from './public-identities.ts'
export { verifyOperationLog } from './verify-operation-log.ts'
export { handleOfHost, wellKnownDidPath } from './well-known-did.ts'
