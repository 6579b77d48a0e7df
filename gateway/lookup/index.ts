export { Lookup, type VersionView, type Viewer, type WantedVersion } from './lookup.ts'
export { type PackagePath, parsePackagePath, versionOfFile } from './parse-package-path.ts'
