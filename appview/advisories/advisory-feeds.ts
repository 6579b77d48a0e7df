import { setTimeout as delay } from 'node:timers/promises'
import { fetchOsv, type ImportedOsv, importOsv, readOsv } from '#common/advisories/index.ts'
import type { Clock } from '#common/clock/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'
import { type AppViewTables, network } from '../schema/index.ts'
import type { AdvisorySourceConfig } from './config.ts'
import { configureSources, noteFailure, noteRead } from './sources.ts'
import { keepAdvisories, selectNews } from './store.ts'

interface Options {
  database: OpenDatabase<AppViewTables>
  sources: readonly AdvisorySourceConfig[]
  outbound: OutboundConfig
  log: Logger
  clock: Clock
}

/** How often it is looked whether a source is due: what another replica read is not read again. */
const lookMs = 60_000
const pollLock = 7_146_253

/** Reads the sources that have a URL, each when its time has come: one replica at a time, one source after the other. */
export class AdvisoryFeeds implements AsyncDisposable {
  readonly #options: Options
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  private constructor(options: Options) {
    this.#options = options
    this.#done = this.#run()
  }

  /** What the configuration says of sources counts from here on. */
  static async start(options: Options): Promise<AdvisoryFeeds> {
    await configureSources(options.database.db, options.sources, new Date(options.clock.now()))
    return new AdvisoryFeeds(options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { sources, log } = this.#options
    const feeds = sources.filter(({ url }) => url !== undefined)
    const restMs = Math.min(lookMs, ...feeds.map(({ refreshMs }) => refreshMs))
    while (feeds.length > 0 && !this.#stop.signal.aborted) {
      try {
        await this.#alone(async () => {
          for (const feed of feeds) if (await this.#isDue(feed)) await this.#refresh(feed)
        })
      } catch (err) {
        if (!this.#stop.signal.aborted) log.warn({ err }, 'sources of advisories cannot be looked at at the moment')
      }
      await delay(restMs, undefined, { signal: this.#stop.signal }).catch(() => {})
    }
  }

  /** The lock is its connection's: of a process that was killed it is gone in a moment. */
  async #alone(act: () => Promise<void>): Promise<void> {
    const client = await this.#options.database.connect()
    try {
      const { rows } = await client.query('SELECT pg_try_advisory_lock($1, hashtext(current_schema())) AS mine', [
        pollLock,
      ])
      if (rows[0]?.mine === true) await act()
    } finally {
      await client.end()
    }
  }

  async #isDue({ name, refreshMs }: AdvisorySourceConfig): Promise<boolean> {
    const { database, clock } = this.#options
    const row = await this.#row(database, name)
    return row?.checked_at == null || clock.now() - +row.checked_at >= refreshMs
  }

  async #refresh({ name: source, url = '' }: AdvisorySourceConfig): Promise<void> {
    const { database, outbound, log, clock } = this.#options
    const at = new Date(clock.now())
    const row = await this.#row(database, source)
    const known = row?.url === url ? { etag: row.etag ?? undefined, lastModified: row.last_modified ?? undefined } : {}
    try {
      await using fetched = await fetchOsv(url, { outbound, known, signal: this.#stop.signal })
      if (fetched === undefined) return await noteRead(database.db, { source, at, url, ...known, changed: false })
      const { path, etag, lastModified } = fetched
      const outcome = await this.#import(source, path)
      await noteRead(database.db, { source, at, url, etag, lastModified, changed: true })
      log.info({ source, ...outcome }, 'advisories were read')
    } catch (error) {
      if (this.#stop.signal.aborted) return
      log.warn({ source, err: error }, 'advisories could not be read; what is kept counts')
      const reason = error instanceof AtollError ? error.message : 'what it answered cannot be read'
      await noteFailure(database.db, { source, at, reason })
    }
  }

  #import(source: string, path: string): Promise<ImportedOsv> {
    const { database, clock } = this.#options
    const { db } = database
    const sink = {
      select: (revisions: Parameters<typeof selectNews>[2]) => selectNews(db, source, revisions),
      keep: (advisories: Parameters<typeof keepAdvisories>[1]['advisories']) =>
        keepAdvisories(db, { source, advisories, at: new Date(clock.now()) }),
    }
    return importOsv(readOsv(path), sink, { stop: this.#stop.signal })
  }

  #row({ db }: OpenDatabase<AppViewTables>, name: string) {
    return db
      .selectFrom('advisory_source')
      .where('network', '=', network)
      .where('name', '=', name)
      .select(['url', 'etag', 'last_modified', 'checked_at'])
      .executeTakeFirst()
  }
}
