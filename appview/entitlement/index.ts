export { readsAll } from './reads-all.ts'
export { tellEntitlement } from './tell-entitlement.ts'
