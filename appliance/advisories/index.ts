export { type ImportRequest, importFromDisk, importFromUrl } from './import-from.ts'
