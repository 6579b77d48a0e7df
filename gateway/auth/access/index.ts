export { type Access, authenticate } from './authenticate.ts'
export { checkCoversAll } from './check-covers-all.ts'
export { checkManagesTokens } from './check-manages.ts'
export { checkOperation } from './check-operation.ts'
