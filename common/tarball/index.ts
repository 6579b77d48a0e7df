export type { ContentReader, TarballFile } from './archive-reader.ts'
export { buildPackageRecord, buildTagRecord, buildVersionRecord, packageUri } from './build-records.ts'
export {
  type Change,
  compareManifests,
  type DependencyKind,
  dependencyKinds,
  type ManifestChanges,
  type ScriptChange,
} from './compare-manifests.ts'
export { type InspectedTarball, inspectTarball } from './inspect-tarball.ts'
export {
  defaultTarballLimits,
  limitsWith,
  maxReadmeBytes,
  maxTarballBytes,
  type TarballLimits,
  tarballBytesSchema,
} from './limits.ts'
export { commandsOf, type PackageJson, parsePackageJson } from './package-json.ts'
export type { Readme } from './readme.ts'
