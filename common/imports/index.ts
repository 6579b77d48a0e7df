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
