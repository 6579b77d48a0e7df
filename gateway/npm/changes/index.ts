export { changeDocument } from './change-document.ts'
export { type Change, changePackage } from './change-package.ts'
export { currentDocument } from './current-document.ts'
export { planRetirement } from './plan-retirement.ts'
