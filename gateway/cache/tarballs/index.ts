export { type ArrivingTarball, type ExpectedTarball, keptName, nameOf } from './expected-tarball.ts'
export type { OpenTarball } from './open-tarball.ts'
export { TarballCache } from './tarball-cache.ts'
export { verified } from './verified.ts'
