export { readPackage } from './read-package.ts'
export { writableDocument } from './writable-document.ts'
