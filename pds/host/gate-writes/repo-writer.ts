import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import { cidOfRecord, recordUri } from '#common/records/index.ts'
import type { RepoBlobs } from '../blobs/index.ts'
import type { HostTables } from '../database.ts'
import type { PdsContext } from '../embed/index.ts'
import { type Erasure, isPurge, markErased } from '../erase/index.ts'
import type { Transact } from './gate-writes.ts'
import { type PreparedWrite, prepareWrite } from './prepare-write.ts'
import type { Approval, BlobFile, RecordWrite, WrittenRecord } from './record-write.ts'
import { SerialQueue } from './serial-queue.ts'
import { takeBlobs } from './take-blobs.ts'
import { type RepoRole, validateRecord } from './validate-record.ts'

type Transactor = Parameters<Parameters<Transact>[1]>[0]
type Did = Parameters<Transact>[0]

// The thousands of an import are in its list.
const maxLogged = 20

export interface RepoWriterOptions {
  role: RepoRole
  context: PdsContext
  transact: Transact
  db: Kysely<HostTables>
  blobsOf: (did: string) => RepoBlobs
  erasure: Erasure
  announce: () => void
  log: Logger
}

/** Writes approved records: one commit per call, in the firehose before the call returns. */
export class RepoWriter {
  readonly #options: RepoWriterOptions
  readonly #queue = new SerialQueue()

  constructor(options: RepoWriterOptions) {
    this.#options = options
  }

  /** See PdsHost.write. */
  async write(
    did: string,
    writes: readonly RecordWrite[],
    approval: Approval,
    blobs: readonly BlobFile[],
  ): Promise<WrittenRecord[]> {
    for (const write of writes) validateRecord(this.#options.role, write)
    // In the order of their commits events must reach the firehose, so a repository has one writer at a time.
    await this.#queue.run(did, () => this.#commit(did as Did, writes, blobs))
    const written = writes.map(({ collection, rkey, record }) => ({
      uri: recordUri(did, collection, rkey),
      cid: cidOfRecord(record),
    }))
    const op = approval.op === undefined ? undefined : Buffer.from(approval.op).toString('base64url')
    const shown = written.length > maxLogged ? { written: written.length } : { written }
    this.#options.log.info({ did, ...shown, by: approval.by, procedure: approval.procedure, op }, 'records written')
    return written
  }

  /**
   * A crash between a repository's commit and its event would hide the commit from the firehose for ever: says `#sync` for
   * every repository where that may have happened, so that the relay fetches it.
   */
  async announceLostCommits(): Promise<void> {
    const { db } = this.#options
    for (const { did } of await db.selectFrom('unannounced').selectAll().execute()) {
      await this.#announceLost(did as Did)
      await this.#settle(did as Did)
    }
  }

  async #commit(did: Did, writes: readonly RecordWrite[], blobs: readonly BlobFile[]): Promise<void> {
    const { context, erasure } = this.#options
    erasure.check(did, blobs)
    await this.#expectEvent(did)
    const commit = await this.#transact(did, writes, blobs)
    if (commit !== undefined) {
      await context.sequencer.sequenceCommit(did, commit)
      await context.accountManager.updateRepoRoot(did, commit.cid, commit.rev)
    }
    await this.#settle(did)
    if (writes.some(isPurge)) await erasure.settle(did)
  }

  async #transact(did: Did, writes: readonly RecordWrite[], blobs: readonly BlobFile[]) {
    const { transact, blobsOf } = this.#options
    await using taken = await takeBlobs(blobsOf(did), blobs)
    try {
      return await transact(did, async (transactor) => {
        const prepared = await prepare(did, transactor, writes)
        if (prepared.length === 0) return undefined
        await taken.attach(transactor)
        const commit = await transactor.repo.processWrites(prepared)
        await markErased(transactor, did, writes)
        return commit
      })
    } catch (error) {
      // Rolled back: there is nothing to announce.
      await this.#settle(did)
      throw error
    }
  }

  /** Remembers that the repository may be ahead of the firehose; catches up when an earlier write left it so. */
  async #expectEvent(did: Did): Promise<void> {
    const { numInsertedOrUpdatedRows } = await this.#options.db
      .insertInto('unannounced')
      .values({ did })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows === 0n) await this.#announceLost(did)
  }

  async #settle(did: Did): Promise<void> {
    await this.#options.db.deleteFrom('unannounced').where('did', '=', did).execute()
    this.#options.announce()
  }

  async #announceLost(did: Did): Promise<void> {
    const { context, log } = this.#options
    const state = await context.actorStore.read(did, ({ repo }) => repo.getSyncEventData())
    await context.sequencer.sequenceSync(did, state)
    await context.accountManager.updateRepoRoot(did, state.cid, state.rev)
    log.warn({ did, rev: state.rev }, 'announced a commit that had been kept back')
  }
}

/** Leaves out what is there already, so that repeating a write succeeds and changes nothing. */
async function prepare(did: Did, transactor: Transactor, writes: readonly RecordWrite[]): Promise<PreparedWrite[]> {
  const prepared: PreparedWrite[] = []
  for (const { action, collection, rkey, record } of writes) {
    const uri = recordUri(did, collection, rkey)
    const current = await transactor.record.getRecord(uri as never, null, true)
    if (current?.cid === cidOfRecord(record)) continue
    if (current !== null && action === 'create') throw new AtollError('RecordExists', { uri })
    prepared.push(await prepareWrite(did, { collection, rkey, record }, current !== null))
  }
  return prepared
}
