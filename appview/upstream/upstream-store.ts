import { sql } from '#common/db/index.ts'
import { lockDue } from '../due/index.ts'
import type { Db, Tx } from '../schema/index.ts'
import type { Refused, Verdict } from '../verdict/index.ts'
import { type Answer, type JudgeSetting, judgePackument, readKept } from './judge-packument.ts'
import { type MergedPackument, markAllRemoved, mergePackument } from './merge-packument.ts'
import type { FetchedPackument } from './read-packument.ts'
import type { UpstreamFile } from './trim-packument.ts'
import type { UpstreamKey } from './upstream-key.ts'

export interface Validity {
  upstreamEtag: string | null
  fetchedAt: Date
  /** Verdicts were reached about its versions; not of what was kept before there were any. */
  judged: boolean
}

/** A file by its name, or by its version. */
export interface WantedFile {
  by: 'file' | 'version'
  value: string
}

export interface StoredPackument extends MergedPackument {
  /** Caches may have what was there before. */
  announce: boolean
}

/** What was pulled through, in Postgres: it survives restarts, and upstream's bad days. */
export class UpstreamStore {
  readonly #db: Db
  readonly #setting: JudgeSetting

  constructor(db: Db, setting: JudgeSetting) {
    this.#db = db
    this.#setting = setting
  }

  validity(key: UpstreamKey): Promise<Validity | undefined> {
    return this.#of(key)
      .select(['upstream_etag as upstreamEtag', 'fetched_at as fetchedAt'])
      .select((eb) => eb('merged', 'is not', null).as('judged'))
      .$castTo<Validity>()
      .executeTakeFirst()
  }

  packument(key: UpstreamKey, form: 'full' | 'abbreviated') {
    const etag = form === 'full' ? ('full_etag' as const) : ('abbreviated_etag' as const)
    return this.#of(key)
      .select([`${form} as body`, `${etag} as etag`, 'last_modified as lastModified', 'fetched_at as fetchedAt'])
      .executeTakeFirst()
  }

  file({ registry, name }: UpstreamKey, { by, value }: WantedFile) {
    return this.#db
      .selectFrom('upstream_file')
      .where('registry', '=', registry)
      .where('name', '=', name)
      .where(by, '=', value)
      .selectAll()
      .executeTakeFirst()
  }

  /** What was decided about a version when its package was judged last. @returns undefined when it was not among those judged */
  async verdict(key: UpstreamKey, version: string): Promise<Verdict | undefined> {
    const row = await this.#of(key)
      .where('merged', 'is not', null)
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('upstream_sight as s')
            .where('s.registry', '=', key.registry)
            .where('s.name', '=', key.name)
            .where('s.version', '=', version)
            .select('s.version'),
        ),
      )
      .select(sql<Verdict | null>`verdicts -> ${version}::text`.as('verdict'))
      .executeTakeFirst()
    return row && (row.verdict ?? { kind: 'allow' })
  }

  /** Why the version that `latest` names upstream may not be installed. @returns undefined when it may */
  async refusedLatest(key: UpstreamKey): Promise<{ version: string; verdict: Refused } | undefined> {
    const row = await this.#of(key).select(['merged', 'verdicts']).executeTakeFirst()
    if (row?.merged == null) return undefined
    const { 'dist-tags': tags } = JSON.parse(row.merged.toString('utf8')) as { 'dist-tags': Record<string, string> }
    const version = tags['latest'] ?? Object.keys(row.verdicts)[0] ?? ''
    const verdict = row.verdicts[version]
    return verdict === undefined || verdict.kind === 'allow' ? undefined : { version, verdict }
  }

  /** Judges what is kept once more. */
  async judge(key: UpstreamKey): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await lockDue(tx, { source: 'upstream', ...key })
      const kept = await readKept(tx, key)
      if (kept !== undefined) await judgePackument(tx, key, kept.full, this.#setting)
    })
  }

  /** Packuments kept, by registry. */
  async counts(): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom('upstream_packument')
      .groupBy('registry')
      .select(({ fn }) => ['registry', fn.countAll<number>().as('packuments')])
      .execute()
    return new Map(rows.map(({ registry, packuments }) => [registry, packuments]))
  }

  /**
   * Keeps what upstream answered, over what it answered before, and judges it.
   * @returns what it took away or changed, and whether others have to know; undefined when there is nothing to keep
   */
  async store(key: UpstreamKey, fetched: FetchedPackument, at: Date): Promise<StoredPackument | undefined> {
    if (fetched.kind === 'unchanged') {
      await this.#touch(key, at)
      return undefined
    }
    return this.#db.transaction().execute(async (tx) => {
      await lockDue(tx, { source: 'upstream', ...key })
      return this.storeIn(tx, key, fetched, at)
    })
  }

  /** The same, in the transaction of whoever already asked for its row of what is due. */
  async storeIn(
    tx: Tx,
    key: UpstreamKey,
    fetched: Exclude<FetchedPackument, { kind: 'unchanged' }>,
    at: Date,
  ): Promise<StoredPackument | undefined> {
    // Whoever else refreshes it at the same time lays its answer over ours, not over what was there before both.
    const kept = await readKept(tx, key)
    if (fetched.kind === 'missing') {
      if (kept === undefined) return undefined
      // Without an ETag it is asked for whole, so that the marks go when it is there again.
      return this.#write(tx, key, markAllRemoved(kept, at), { etag: null, at, lastModified: at })
    }
    const { etag, lastModified = at } = fetched
    return this.#write(tx, key, mergePackument(kept, fetched.packument, at), { etag, at, lastModified })
  }

  async #write(tx: Tx, key: UpstreamKey, merged: MergedPackument, answer: Answer): Promise<StoredPackument> {
    await storeFiles(tx, key, merged.files)
    const { announce } = await judgePackument(tx, key, merged.full, this.#setting, answer)
    return { ...merged, announce }
  }

  #of({ registry, name }: UpstreamKey) {
    return this.#db.selectFrom('upstream_packument').where('registry', '=', registry).where('name', '=', name)
  }

  async #touch({ registry, name }: UpstreamKey, fetchedAt: Date): Promise<void> {
    await this.#db
      .updateTable('upstream_packument')
      .where('registry', '=', registry)
      .where('name', '=', name)
      .set({ fetched_at: fetchedAt })
      .execute()
  }
}

/** A file keeps the digests it was first seen with: upstream may add one, never change one. One statement for thousands. */
async function storeFiles(tx: Tx, { registry, name }: UpstreamKey, files: readonly UpstreamFile[]): Promise<void> {
  const column = (field: keyof UpstreamFile) => sql`${files.map((file) => file[field] ?? null)}::text[]`
  await sql`INSERT INTO upstream_file (registry, name, file, version, url, integrity, shasum)
    SELECT DISTINCT ON (f.file) ${registry}, ${name}, f.* FROM unnest(${column('file')}, ${column('version')}, ${column('url')},
      ${column('integrity')}, ${column('shasum')}) AS f (file, version, url, integrity, shasum)
    ON CONFLICT (registry, name, file) DO UPDATE SET integrity = excluded.integrity
    WHERE upstream_file.integrity IS NULL AND excluded.integrity IS NOT NULL
      AND upstream_file.shasum IS NOT DISTINCT FROM excluded.shasum`.execute(tx)
}
