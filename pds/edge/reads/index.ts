export { serveLookups } from './serve-lookups.ts'
export { allowAllOrigins, servePublicReads } from './serve-public-reads.ts'
