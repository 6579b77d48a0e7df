export { AppviewUpdates } from './appview-updates.ts'
export { type Freshness, RevisionedCache } from './revisioned-cache.ts'
export { packageTag, Revisions, rightsTag } from './revisions.ts'
export {
  type ArrivingTarball,
  arrivingFrom,
  arrivingWhole,
  type ExpectedTarball,
  keptName,
  nameOf,
  type OpenTarball,
  TarballCache,
  verified,
} from './tarballs/index.ts'
