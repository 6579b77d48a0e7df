export { type Found, Lookup, type VersionView, type Viewer, type WantedVersion } from './lookup.ts'
export {
  type PackageEndpoint,
  type PackagePath,
  parsePackageEndpoint,
  parsePackagePath,
  versionOfFile,
} from './parse-package-path.ts'
