export { Lookup, type VersionView } from './lookup.ts'
export { type PackagePath, parsePackagePath, versionOfFile } from './parse-package-path.ts'
