import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { RelayTables } from '../log/index.ts'
import type { Pds } from '../upstream/index.ts'
import type { HostList } from './relay-network.ts'

/** How soon the relay that leads hears of what another process was asked for. */
const lookMs = 10_000

export interface KnownHostsOptions {
  db: Kysely<RelayTables>
  configured: readonly string[]
  /** Of hosts that asked. */
  max: number
  pdsAt(url: string): Pds
}

/** The hosts of the configuration, and those that asked to be followed, which are kept. */
export class KnownHosts implements HostList {
  readonly #options: KnownHostsOptions
  #look = () => {}

  constructor(options: KnownHostsOptions) {
    this.#options = options
  }

  async *all(signal: AbortSignal): AsyncIterable<Pds> {
    const { configured, pdsAt } = this.#options
    const told = new Set<string>()
    while (!signal.aborted) {
      using nap = new Lifetime(signal)
      // Before it looks, so that nothing is missed.
      this.#look = nap.end
      for (const url of [...configured, ...(await this.#requested())]) {
        if (told.has(url)) continue
        told.add(url)
        yield pdsAt(url)
      }
      await sleep(lookMs, undefined, { signal: nap.signal }).catch(() => {})
    }
  }

  async has(url: string): Promise<boolean> {
    return this.#options.configured.includes(url) || (await this.#requested()).includes(url)
  }

  /** @throws TooManyRequests when there are as many as there may be */
  async add(url: string): Promise<void> {
    const { db, max } = this.#options
    await db.transaction().execute(async (transaction) => {
      // So that of two who ask at once one is counted before the other.
      await sql`lock table requested_host in exclusive mode`.execute(transaction)
      const { count } = await transaction
        .selectFrom('requested_host')
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      if (Number(count) >= max) throw new AtollError('TooManyRequests')
      await transaction
        .insertInto('requested_host')
        .values({ url })
        .onConflict((c) => c.doNothing())
        .execute()
    })
    this.#look()
  }

  async #requested(): Promise<string[]> {
    const rows = await this.#options.db.selectFrom('requested_host').select('url').orderBy('at').execute()
    return rows.map(({ url }) => url)
  }
}
