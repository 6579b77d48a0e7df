export { GrantedNames } from './granted-names.ts'
