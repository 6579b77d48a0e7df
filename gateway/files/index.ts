export { digestName, integrityOfName } from './digest-name.ts'
export { Digester, type FileDigests } from './digester.ts'
export { TemporaryFile, temporarySuffix } from './temporary-file.ts'
