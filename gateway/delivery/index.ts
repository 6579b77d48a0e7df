export { type Elsewhere, TarballBucket } from './tarball-bucket.ts'
