export { mountGetPackage } from './get-package.ts'
