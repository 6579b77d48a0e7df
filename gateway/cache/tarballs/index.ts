export type { ArrivingTarball, ExpectedTarball } from './expected-tarball.ts'
export type { OpenTarball } from './open-tarball.ts'
export { TarballCache } from './tarball-cache.ts'
