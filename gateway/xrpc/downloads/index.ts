export { mountCounts } from './mount-counts.ts'
export { mountDownloads } from './mount-downloads.ts'
