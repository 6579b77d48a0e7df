import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PDS } from '@atproto/pds'
import type { Kysely } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import { openBlobStore, type RepoBlobs } from './blobs/index.ts'
import type { PdsHostConfig } from './config.ts'
import type { HostTables } from './database.ts'
import { type EmbedSettings, embedPds } from './embed/index.ts'
import { Erasure } from './erase/index.ts'
import { gateWrites, type RepoRole, RepoWriter, type Transact } from './gate-writes/index.ts'
import { Firehose } from './guard-reads/index.ts'

/** The repositories of a PDS of any role, and the one way to write into them. Nobody listens yet. */
export interface Repositories {
  pds: PDS
  transact: Transact
  writer: RepoWriter
  firehose: Firehose
  blobsOf(did: string): RepoBlobs
}

export interface RepositorySettings {
  role: RepoRole
  settings: EmbedSettings & Pick<PdsHostConfig, 'blobs'>
  /** What DID documents name. */
  endpoint: string
  db: Kysely<HostTables>
  log: Logger
}

/** @param opened gives everything back, in reverse */
export async function openRepositories(
  { role, settings, endpoint, db, log }: RepositorySettings,
  opened: AsyncDisposableStack,
): Promise<Repositories> {
  // What an earlier run was receiving belongs to nobody.
  await rm(uploadsIn(settings), { recursive: true, force: true })
  const blobs = await openBlobStore(settings.blobs, settings.dataDir, opened)
  const pds = opened.adopt(await embedPds(settings, endpoint, blobs), (embedded) => embedded.destroy())
  const transact = gateWrites(pds.ctx)
  await pds.ctx.sequencer.start()
  const firehose = new Firehose(pds.ctx.sequencer, log)
  const announce = () => firehose.ring()
  const blobsOf = (did: string) => blobs.of(did)
  const erasure = opened.use(await Erasure.start(role, { context: pds.ctx, blobsOf, log }))
  const writer = new RepoWriter({ role, context: pds.ctx, transact, db, blobsOf, erasure, announce, log })
  await writer.announceLostCommits()
  return { pds, transact, writer, firehose, blobsOf }
}

/** Where bodies are received: on the file system of the blobs. */
export function uploadsIn({ dataDir }: Pick<PdsHostConfig, 'dataDir'>): string {
  return join(dataDir, 'uploads')
}
