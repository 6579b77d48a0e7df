export { findRevoked } from './find-revoked.ts'
export { readRevoked } from './read-revoked.ts'
export { readSince, type Since, writeSince } from './since-file.ts'
