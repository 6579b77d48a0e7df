export { loadRights } from './load-rights.ts'
export { FirstManagers } from './managers.ts'
