export { readsAll } from './reads-all.ts'
export { RightsLedgers } from './rights-ledgers.ts'
export { tellEntitlement } from './tell-entitlement.ts'
