export { digestName, integrityOfName } from './digest-name.ts'
export { type FileDigests, TemporaryFile, temporarySuffix } from './temporary-file.ts'
