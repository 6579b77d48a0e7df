export { type Access, authenticate } from './authenticate.ts'
export { checkOperation } from './check-operation.ts'
