import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenDatabase } from '#common/db/index.ts'
import { encodeFrame } from '#common/sync/index.ts'
import type { EventType, RelayTables } from './schema.ts'
import { appendNotice, appendState, saveCursor } from './statements.ts'

type Client = Awaited<ReturnType<OpenDatabase<RelayTables>['connect']>>

/** Where an event came from: the host, and how far it has been read with this event. */
export interface Origin {
  host: string
  cursor: number
}

export interface NewState {
  type: Extract<EventType, 'commit' | 'sync'>
  did: string
  rev: string
  data: string
  commit: string
  /** The revision it was verified against; null for a repository never seen. */
  expectedRev: string | null
  /** The event's body; its `seq` is replaced by ours. */
  body: Record<string, unknown>
  /** The kinds of records it names, and those it has none of any more; `complete` when the repository has no others. Nothing changes when absent. */
  collections?: { named: readonly string[]; gone?: readonly string[]; complete: boolean }
}

export interface Notice {
  type: Extract<EventType, 'identity' | 'account'>
  did: string
  /** The account's new status, when the event changes it. */
  status?: string
  body: Record<string, unknown>
}

const retryMs = 250
/** Of one repository; more are not listed. */
const maxCollections = 1_000

/**
 * The one process that appends. All statements run on the connection that holds the advisory lock: whoever loses the
 * connection loses the lock and the ability to write at once, and a standby continues from what is stored.
 */
export class LogWriter implements AsyncDisposable {
  readonly #client: Client
  readonly #channel: string
  readonly #lost = new AbortController()
  #lastSeq: number

  private constructor(client: Client, channel: string, lastSeq: number) {
    this.#client = client
    this.#channel = channel
    this.#lastSeq = lastSeq
    client.once('end', () => this.#lost.abort(new Error('the connection to the database was lost')))
  }

  /** Waits until no other process writes. @param channel what NOTIFY wakes the readers on, and the name of the lock */
  static async acquire(database: OpenDatabase<RelayTables>, channel: string, signal: AbortSignal): Promise<LogWriter> {
    const client = await database.connect()
    try {
      while (!(await tryLock(client, channel))) await sleep(retryMs, undefined, { signal })
      const { rows } = await client.query<{ seq: number }>('select coalesce(max(seq), 0)::bigint as seq from event')
      return new LogWriter(client, channel, rows[0]?.seq ?? 0)
    } catch (error) {
      await client.end()
      throw error
    }
  }

  /** Aborted when the lock is gone. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** @throws StateChanged when the repository is not in the expected state any more */
  async appendState(origin: Origin, state: NewState): Promise<void> {
    const { did, rev, data, commit, expectedRev, type, collections } = state
    const { rowCount } = await this.#client.query(appendState, [
      ...[did, origin.host, rev, data, commit, expectedRev],
      ...this.#numbered(type, state.body),
      ...[origin.cursor, this.#channel],
      ...[collections?.named.slice(0, maxCollections) ?? [], collections?.complete ?? false, maxCollections],
      collections?.gone ?? [],
    ])
    if (rowCount !== 1) throw new StateChanged(did)
  }

  async appendNotice(origin: Origin, { did, status, type, body }: Notice): Promise<void> {
    const [seq, ...frame] = this.#numbered(type, body)
    const values = [did, origin.host, status ?? null, seq, ...frame, origin.cursor, this.#channel]
    await this.#client.query(appendNotice, values)
  }

  /** Remembers that a host was read up to here although nothing was kept. */
  async saveCursor({ host, cursor }: Origin): Promise<void> {
    await this.#client.query(saveCursor, [host, cursor])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Closing the connection releases the lock.
    await this.#client.end()
  }

  /** A number once given is not given again, even if storing fails: sequence numbers may have holes, not doubles. */
  #numbered(type: EventType, body: Record<string, unknown>): [number, EventType, Uint8Array] {
    this.#lastSeq += 1
    return [this.#lastSeq, type, encodeFrame(`#${type}`, { ...body, seq: this.#lastSeq })]
  }
}

export class StateChanged extends Error {
  constructor(did: string) {
    super(`the state of ${did} changed meanwhile`)
    this.name = 'StateChanged'
  }
}

async function tryLock(client: Client, channel: string): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock(hashtext($1)) as held', [channel])
  return rows[0]?.held === true
}
