export { type Change, changePackage } from './change-package.ts'
