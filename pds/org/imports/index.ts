export { ImportStore } from './import-store.ts'
export { checkMayPublishAll } from './may-publish.ts'
export { mountImports } from './mount.ts'
