export { lookUpRow, type NameFacts, type NameRow } from './look-up-row.ts'
export { isHandleScope, nameAt, type PackageName, parsePackageName } from './package-name.ts'
export { packageKey, parsePackageKey, parseVersionKey, tagKey, tarballFile, versionKey } from './record-keys.ts'
export { parseVersion } from './version.ts'
