import type { Kysely } from '#common/db/index.ts'
import type { Tally } from '#common/metrics/index.ts'
import type { PdsContext, RepoWriter, SerialQueue } from '#pds/host/index.ts'
import type { EdgeTables } from '../database.ts'
import type { Faces } from '../faces/index.ts'
import type { ParkedBlobs } from '../parked/index.ts'

/** What pushes work with. */
export interface PushServices {
  faces: Faces
  parked: ParkedBlobs
  db: Kysely<EdgeTables>
  pds: PdsContext
  writer: RepoWriter
  /** One push of records at a time for each account. */
  queue: SerialQueue
  /** Where bodies are received, on the file system of the blobs. */
  uploads: string
  /** Largest blob. */
  blobBytes: number
  /** DID of the inside PDS, for the log. */
  caller: string
  /** Records by what became of them. */
  tally: Tally<'collection' | 'outcome'>
  /** Something was written. */
  written(): void
}
