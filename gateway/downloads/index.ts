export { type Download, maxTrees, upstreamOrigin } from './download.ts'
export {
  type DownloadCursor,
  type DownloadedVersion,
  DownloadStore,
  type FoundDownload,
  type WantedDownloads,
} from './download-store.ts'
export { DownloadsJournal } from './downloads-journal.ts'
export { readClient } from './read-client.ts'
