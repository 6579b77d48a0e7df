export { type AtUri, parseRecordUri, recordUri } from './at-uri.ts'
export { cidOfBlob, cidOfRecord, decodeRecord, encodeRecord, type RecordValue } from './encoding.ts'
export { canonicalBytes, type Operation, operationHash, parseOperation } from './operation.ts'
export { createTid } from './tid.ts'
