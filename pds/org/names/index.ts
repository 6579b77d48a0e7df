export { checkNames } from './check-names.ts'
export { GrantedNames } from './granted-names.ts'
