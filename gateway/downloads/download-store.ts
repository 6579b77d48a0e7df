import { type Kysely, sql } from '#common/db/index.ts'
import type { GatewayTables } from '../database/tables.ts'
import { type DownloadSum, maxTrees, upstreamOrigin } from './download.ts'

/** Where a page of the list ended. */
export interface DownloadCursor {
  version: string
  origin: string
  tokenId: string
  address: string
}

export interface WantedDownloads {
  name: string
  versions: readonly string[]
  /** Whose packages the caller may ask about; undefined: everybody's. */
  origins: readonly string[] | undefined
  /** Only of this tree. */
  tree: string | undefined
}

export interface DownloadedVersion {
  name: string
  version: string
}

interface WantedUses extends Pick<WantedDownloads, 'origins'> {
  versions: readonly DownloadedVersion[]
  /** Those that came from upstream; else those of organisations. */
  upstream: boolean
  /** From this day on; undefined: all that are known. */
  since: Date | undefined
}

/** The downloads of one version by one token from one address. */
export type FoundDownload = Awaited<ReturnType<DownloadStore['page']>>[number]

const rowsPerStatement = 500
const rowsPerPrune = 2_000
/** The rest is left for the next sweep. */
const prunesPerSweep = 50

/** The journal of downloads in Postgres: a row for each version, token, address and day. */
export class DownloadStore {
  readonly #db: Kysely<GatewayTables>

  constructor(db: Kysely<GatewayTables>) {
    this.#db = db
  }

  /** Adds to what is there, whichever gateway it is from. A connection that breaks in between may count some of it twice. */
  async add(sums: readonly DownloadSum[]): Promise<void> {
    for (let start = 0; start < sums.length; start += rowsPerStatement) {
      await this.#add(sums.slice(start, start + rowsPerStatement))
    }
  }

  /** The versions of a package that were downloaded, of those that may be asked about. */
  async versions(wanted: Pick<WantedDownloads, 'name' | 'origins'>): Promise<string[]> {
    const rows = await this.#of(wanted).select('version').distinct().execute()
    return rows.map(({ version }) => version)
  }

  /** How many there are of all that `page` tells in pages. */
  async totals(wanted: WantedDownloads) {
    return this.#matching(wanted)
      .select(({ fn }) => [
        sql<number>`coalesce(sum(count), 0)::bigint`.as('downloads'),
        fn.count<number>('did').distinct().as('accounts'),
        fn.count<number>('token_id').distinct().as('tokens'),
        fn.count<number>('address').distinct().as('addresses'),
        fn.count<number>('version').distinct().as('versions'),
      ])
      .executeTakeFirstOrThrow()
  }

  /** In the order of version, origin, token and address. */
  async page(wanted: WantedDownloads, { after, limit }: { after: DownloadCursor | undefined; limit: number }) {
    const newest = <Column extends string>(column: Column) =>
      sql<string>`(array_agg(${sql.ref(column)} ORDER BY last_at DESC))[1]`.as(column)
    const query = this.#matching(wanted)
      .groupBy(['origin', 'version', 'token_id', 'address'])
      .orderBy('version')
      .orderBy('origin')
      .orderBy('token_id')
      .orderBy('address')
      .limit(limit)
      .select(['origin', 'version', 'token_id', 'address'])
      .select([newest('did'), newest('handle'), newest('owner'), newest('token_name')])
      .select([newest('client'), newest('command')])
      .select(({ fn }) => [
        fn.min<Date>('first_at').as('first_at'),
        fn.max<Date>('last_at').as('last_at'),
        sql<number>`sum(count)::bigint`.as('count'),
        sql<string>`string_agg(array_to_string(trees, ' '), ' ' ORDER BY last_at DESC)`.as('trees'),
      ])
    if (after === undefined) return query.execute()
    const { version, origin, tokenId, address } = after
    return query
      .where(sql<boolean>`(version, origin, token_id, address) > (${version}, ${origin}, ${tokenId}, ${address})`)
      .execute()
  }

  /** How much versions were downloaded; those that nobody has are left out. */
  async uses({ versions, upstream, origins, since }: WantedUses) {
    const wanted = sql<DownloadedVersion>`jsonb_to_recordset(${JSON.stringify(versions)}::jsonb)`
    const { rows } = await sql<
      DownloadedVersion & { accounts: string; tokens: string; downloads: string; last_at: Date }
    >`
      SELECT name, version, count(DISTINCT did) AS accounts, count(DISTINCT token_id) AS tokens, sum(count) AS downloads,
        max(last_at) AS last_at
      FROM download JOIN (SELECT DISTINCT * FROM ${wanted} AS w (name text, version text)) AS w USING (name, version)
      WHERE (origin = ${upstreamOrigin}) = ${upstream}
        AND (${origins === undefined} OR origin = ANY(${origins ?? []}::text[]))
        AND day >= ${since?.toISOString().slice(0, 10) ?? '-infinity'}::date
      GROUP BY name, version ORDER BY name, version`.execute(this.#db)
    return rows
  }

  /** Forgets days that ended before a time, a few rows at once, so that nobody waits for it. */
  async prune(before: Date): Promise<void> {
    const day = before.toISOString().slice(0, 10)
    for (let pages = 0; pages < prunesPerSweep; pages += 1) {
      const { numAffectedRows = 0n } = await sql`DELETE FROM download WHERE ctid IN (
        SELECT ctid FROM download WHERE day < ${day}::date LIMIT ${rowsPerPrune})`.execute(this.#db)
      if (numAffectedRows < rowsPerPrune) return
    }
  }

  #of({ name, origins }: Pick<WantedDownloads, 'name' | 'origins'>) {
    const query = this.#db.selectFrom('download').where('name', '=', name)
    return origins === undefined ? query : query.where(sql<boolean>`origin = ANY(${origins}::text[])`)
  }

  #matching({ versions, tree, ...of }: WantedDownloads) {
    const query = this.#of(of).where(sql<boolean>`version = ANY(${versions}::text[])`)
    return tree === undefined ? query : query.where(sql<boolean>`trees @> ARRAY[${tree}]::text[]`)
  }

  /** JSON, since the rows have lists in them, which `unnest` would take apart. */
  async #add(sums: readonly DownloadSum[]): Promise<void> {
    const rows = sums.map(({ tokenId, tokenName, firstAt, lastAt, ...sum }) => {
      const trees = sum.trees.toReversed()
      return { ...sum, trees, token_id: tokenId, token_name: tokenName, first_at: firstAt, last_at: lastAt }
    })
    await sql`INSERT INTO download (name, version, day, token_id, address, origin, did, handle, owner, token_name, client,
        command, trees, first_at, last_at, count)
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS d (name text, version text, day date, token_id text,
        address text, origin text, did text, handle text, owner text, token_name text, client text, command text,
        trees text[], first_at timestamptz, last_at timestamptz, count bigint)
      ON CONFLICT (name, version, day, token_id, address, origin) DO UPDATE SET
        count = download.count + excluded.count,
        first_at = least(download.first_at, excluded.first_at), last_at = greatest(download.last_at, excluded.last_at),
        client = excluded.client, command = excluded.command, token_name = excluded.token_name, handle = excluded.handle,
        trees = ARRAY(SELECT t FROM unnest(excluded.trees || download.trees) WITH ORDINALITY AS all_trees (t, n)
          GROUP BY t ORDER BY min(n) LIMIT ${maxTrees})`.execute(this.#db)
  }
}
