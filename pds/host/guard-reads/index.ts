export { Firehose } from './firehose.ts'
export { serveReads } from './serve-reads.ts'
export { serveFirehose } from './serve-upgrade.ts'
