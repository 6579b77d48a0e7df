export { isNotModified } from './negotiate.ts'
export { readPackage } from './read-package.ts'
export { writableDocument } from './writable-document.ts'
