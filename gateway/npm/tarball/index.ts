export { readTarball } from './read-tarball.ts'
