import { ownSource, type Validators } from '#common/advisories/index.ts'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import type { AdvisorySourceConfig } from './config.ts'
import { renderNamedBy } from './known-subjects.ts'
import { ownAdvisories } from './own-advisories.ts'

export interface AdvisorySource extends Validators {
  name: string
  url: string | undefined
  mayExpedite: boolean
  internal: boolean
  /** In effect. */
  advisories: number
  withdrawn: number
  checkedAt: Date | undefined
  importedAt: Date | undefined
  failure: string | undefined
}

/** @throws InvalidRequest */
export function sourceName(name: string): string {
  if (name === ownSource) {
    const reason = `"${name}" are the advisories that organisations write here: "atoll advisory add". Import under another name`
    throw new AtollError('InvalidRequest', { reason })
  }
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return name
  throw new AtollError('InvalidRequest', { reason: 'a source is named by lower-case letters, digits and hyphens' })
}

/** A source that no configuration names counts for the least. */
export async function ensureSource(tx: Tx, name: string): Promise<void> {
  await tx
    .insertInto('advisory_source')
    .values({ network, name, may_expedite: false, internal: false })
    .onConflict((conflict) => conflict.columns(['network', 'name']).doNothing())
    .execute()
}

/**
 * What the configuration says of sources counts from now on; what it no longer names counts for the least, and keeps what it has.
 * Packages to which that makes a difference are decided again.
 */
export async function configureSources(db: Db, sources: readonly AdvisorySourceConfig[], at: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('advisory_source')
      .where('network', '=', network)
      .selectAll()
      .forUpdate()
      .execute()
    const changed: string[] = []
    for (const wanted of [...sources, ...forgotten(before, sources)]) {
      const { name, url = null, mayExpedite, internal } = wanted
      const old = before.find((row) => row.name === name)
      // What another file was when it was read last says nothing of this one.
      const moved = old?.url === url ? {} : { etag: null, last_modified: null, checked_at: null, failure: null }
      const row = { url, may_expedite: mayExpedite, internal }
      await tx
        .insertInto('advisory_source')
        .values({ network, name, ...row })
        .onConflict((conflict) => conflict.columns(['network', 'name']).doUpdateSet({ ...row, ...moved }))
        .execute()
      if (old !== undefined && (old.may_expedite !== mayExpedite || old.internal !== internal)) changed.push(name)
    }
    await renderNamedBy(tx, changed, at)
  })
}

/** Those that are here and that nobody names: their files are still what they were. */
function forgotten(rows: readonly Pick<Row, 'name' | 'url'>[], sources: readonly { name: string }[]) {
  const named = new Set(sources.map(({ name }) => name))
  return rows
    .filter(({ name }) => !named.has(name))
    .map(({ name, url }) => ({ name, url: url ?? undefined, mayExpedite: false, internal: false }))
}

/** Everything of a source was read, or nothing of it had changed. */
export async function noteRead(
  db: Db,
  { source, at, url, etag, lastModified, changed }: Validators & NotedRead,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await ensureSource(tx, sourceName(source))
    const validators = { etag: etag ?? null, last_modified: lastModified ?? null }
    await tx
      .updateTable('advisory_source')
      .where('network', '=', network)
      .where('name', '=', source)
      .set({
        checked_at: at,
        failure: null,
        ...(changed ? { imported_at: at } : {}),
        // A file says nothing of what a URL has.
        ...(url === undefined ? {} : { url, ...validators }),
      })
      .execute()
  })
}

interface NotedRead {
  source: string
  at: Date
  url?: string | undefined
  changed: boolean
}

export async function noteFailure(db: Db, { source, at, reason }: { source: string; at: Date; reason: string }) {
  await db
    .updateTable('advisory_source')
    .where('network', '=', network)
    .where('name', '=', source)
    .set({ checked_at: at, failure: reason.slice(0, 1_000) })
    .execute()
}

export async function listSources(db: Db): Promise<AdvisorySource[]> {
  const { rows } = await sql<Counts & Row>`
    SELECT s.*, count(a.id) FILTER (WHERE NOT a.withdrawn) AS advisories, count(a.id) FILTER (WHERE a.withdrawn) AS withdrawn
    FROM advisory_source s LEFT JOIN advisory a ON (a.network, a.source) = (s.network, s.name)
    WHERE s.network = ${network} GROUP BY s.network, s.name ORDER BY s.name`.execute(db)
  const own = await ownAdvisories(db, {})
  const withdrawn = own.filter(({ advisory }) => advisory.withdrawn !== undefined).length
  const written = { advisories: own.length - withdrawn, withdrawn }
  const named = rows.some(({ name }) => name === ownSource)
  const sources =
    named || own.length === 0 ? rows : [...rows, { ...unread, name: ownSource, advisories: 0, withdrawn: 0 }]
  return sources.map((row) => sourceOf(row, row.name === ownSource ? written : { advisories: 0, withdrawn: 0 }))
}

const unread = {
  ...{ url: null, may_expedite: false, internal: true, etag: null, last_modified: null },
  ...{ checked_at: null, imported_at: null, failure: null },
}

function sourceOf(row: Counts & Row, written: Counts): AdvisorySource {
  return {
    name: row.name,
    url: row.url ?? undefined,
    mayExpedite: row.may_expedite,
    internal: row.internal || row.name === ownSource,
    advisories: row.advisories + written.advisories,
    withdrawn: row.withdrawn + written.withdrawn,
    etag: row.etag ?? undefined,
    lastModified: row.last_modified ?? undefined,
    checkedAt: row.checked_at ?? undefined,
    importedAt: row.imported_at ?? undefined,
    failure: row.failure ?? undefined,
  }
}

type Counts = Record<'advisories' | 'withdrawn', number>

interface Row {
  name: string
  url: string | null
  may_expedite: boolean
  internal: boolean
  etag: string | null
  last_modified: string | null
  checked_at: Date | null
  imported_at: Date | null
  failure: string | null
}
