export type { BuildIdentity } from './build-identity.ts'
export { type BundleRef, bundleMimeType, checkBundle, checkBundleRef, describeBundle } from './bundle-ref.ts'
export type { Artifact } from './check-subject.ts'
export {
  compareWithRepository,
  compareWithSource,
  type DeclaredSource,
  isValidRefPattern,
} from './compare-with-source.ts'
export { type ProvenanceConfig, provenanceSchema } from './config.ts'
export { maxBundleBytes } from './limits.ts'
export { type Provenance, ProvenanceVerifier } from './provenance-verifier.ts'
export { npmKeys } from './seeds.ts'
