/** The contract between the components: every NSID, record and method in use. */
export { type AtprotoMethod, atproto, atprotoClient, atprotoPublic, atprotoWrites } from './atproto.ts'
export * from './generated/index.ts'
