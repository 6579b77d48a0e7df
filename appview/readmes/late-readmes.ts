import type { LateBlobs } from '../blobs/blob-reader.ts'
import { type ReadmeSource, readReadme } from './read-readme.ts'
import { unreadReadmes, type WantedReadme } from './wanted-readmes.ts'

/** What only describes a package comes when it comes. */
export function lateReadmes(source: ReadmeSource): LateBlobs<WantedReadme> {
  return {
    what: 'a README',
    unread: (limit, after) => unreadReadmes(source.db, limit, after),
    read: (wanted, signal) => readReadme(source, wanted, signal),
  }
}
