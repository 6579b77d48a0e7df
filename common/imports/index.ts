export {
  buildImportedMetadata,
  describingVersion,
  type ImportPlace,
  importedVersionRef,
  importWitnesses,
} from './build-import-records.ts'
export { describeList, type ListDescription, readListOf } from './describe-list.ts'
export {
  encodeImportList,
  type ImportedPackage,
  type ImportedVersion,
  type ImportList,
  maxImportedVersions,
  maxImportListBytes,
  parseImportList,
} from './import-list.ts'
export { type ImportSummary, summarizeImport } from './summarize-import.ts'
