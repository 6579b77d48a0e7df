import { type Kysely, sql } from '#common/db/index.ts'
import type { RelayTables } from './schema.ts'

export interface RepoState {
  did: string
  host: string
  rev: string | null
  data: string | null
  commit: string | null
  status: string
}

export interface StoredEvent {
  seq: number
  /** Undefined for an event that is no longer shown: the account was taken down. */
  frame: Uint8Array | undefined
}

/** The durable firehose, as its readers see it. Any number of processes may read; `LogWriter` is the one that writes. */
export class EventLog {
  readonly #db: Kysely<RelayTables>

  constructor(db: Kysely<RelayTables>) {
    this.#db = db
  }

  /** The oldest and newest sequence numbers at hand; 0 and 0 for an empty log. */
  async range(): Promise<{ oldest: number; newest: number }> {
    const row = await this.#db
      .selectFrom('event')
      .select((e) => [e.fn.min('seq').as('oldest'), e.fn.max('seq').as('newest')])
      .executeTakeFirstOrThrow()
    return { oldest: row.oldest ?? 0, newest: row.newest ?? 0 }
  }

  /** @returns undefined for an empty log */
  async newest(): Promise<{ seq: number; at: string } | undefined> {
    const row = await this.#db
      .selectFrom('event')
      .select(['seq', 'at'])
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? undefined : { seq: row.seq, at: row.at.toISOString() }
  }

  /** @param after the last sequence number the reader has @returns at most `limit` events, in order */
  async read(after: number, limit: number): Promise<StoredEvent[]> {
    // What an account wrote before it was taken down is not shown again; that it was taken down is.
    const hidden = sql<boolean>`event.type in ('commit', 'sync') and repo.status = 'takendown'`
    const rows = await this.#db
      .selectFrom('event')
      .leftJoin('repo', 'repo.did', 'event.did')
      .select(['event.seq', sql<Buffer | null>`case when ${hidden} then null else event.frame end`.as('frame')])
      .where('event.seq', '>', after)
      .orderBy('event.seq')
      .limit(limit)
      .execute()
    return rows.map(({ seq, frame }) => ({ seq, frame: frame ?? undefined }))
  }

  findRepo(did: string): Promise<RepoState | undefined> {
    return this.#db.selectFrom('repo').selectAll().where('did', '=', did).executeTakeFirst()
  }

  /** Repositories in the order of their DIDs. @param after the last DID the reader has, or '' */
  listRepos(after: string, limit: number): Promise<RepoState[]> {
    return this.#db
      .selectFrom('repo')
      .selectAll()
      .where('did', '>', after)
      .where('rev', 'is not', null)
      .orderBy('did')
      .limit(limit)
      .execute()
  }

  /** Accounts with records of a kind, in the order of their DIDs. @param after the last DID the reader has, or '' */
  async listReposByCollection(name: string, after: string, limit: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('collection')
      .innerJoin('repo', 'repo.did', 'collection.did')
      .select('collection.did')
      .where('collection.name', '=', name)
      .where('collection.did', '>', after)
      .where('repo.status', '=', 'active')
      .orderBy('collection.did')
      .limit(limit)
      .execute()
    return rows.map(({ did }) => did)
  }

  async cursorOf(host: string): Promise<number> {
    const row = await this.#db.selectFrom('host').select('cursor').where('url', '=', host).executeTakeFirst()
    return row?.cursor ?? 0
  }

  /** Forgets events older than this, but never the newest: its number is where the next one continues. */
  async trim(before: Date): Promise<void> {
    await this.#db
      .deleteFrom('event')
      .where('at', '<', before)
      .where('seq', '<', (e) => e.selectFrom('event').select((f) => f.fn.max('seq').as('newest')))
      .execute()
  }
}
