import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import { collections, packageOf } from './collections.ts'
import { listedIn } from './listed-in.ts'

/** A record of a repository that was verified, as it is now. */
export interface MirroredRecord {
  collection: string
  rkey: string
  /** null when the record is gone. */
  cid: string | null
  record: Uint8Array | undefined
}

const { $nsid: retirements } = app.npm.package.retirement

/**
 * Brings the mirror of a repository to these records, keeps what was seen first, and notes which packages have to be rendered again.
 * @returns whether there are any
 */
export async function putRecords(tx: Tx, did: string, changes: readonly MirroredRecord[], now: Date): Promise<boolean> {
  const mirrored = changes.filter(({ collection }) => collections.has(collection))
  for (const change of mirrored) {
    await noteDue(tx, did, change, now)
    // A version that was withdrawn stays so, whoever takes the record away.
    if (change.cid === null && change.collection === retirements) continue
    await put(tx, did, change)
    await rememberFirst(tx, did, change, now)
  }
  return mirrored.length > 0
}

async function put(tx: Tx, did: string, { collection, rkey, cid, record }: MirroredRecord): Promise<void> {
  const key = { network, did, collection, rkey } as const
  if (cid === null || record === undefined) {
    await tx
      .deleteFrom('mirror_record')
      .where('network', '=', network)
      .where('did', '=', did)
      .where('collection', '=', collection)
      .where('rkey', '=', rkey)
      .execute()
    return
  }
  const row = { cid, body: Buffer.from(record) }
  await tx
    .insertInto('mirror_record')
    .values({ ...key, ...row })
    .onConflict((conflict) => conflict.columns(['network', 'did', 'collection', 'rkey']).doUpdateSet(row))
    .execute()
}

/** Dates in records are their authors' own; ours are when we saw them. */
async function rememberFirst(tx: Tx, did: string, change: MirroredRecord, at: Date): Promise<void> {
  const { collection, rkey, cid, record } = change
  if (cid === null || record === undefined) return
  if (collection === app.npm.package.version.$nsid) {
    await tx
      .insertInto('ledger_public_version')
      .values({ network, did, rkey, cid, first_seen_at: at })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  if (collection !== app.npm.org.publishers.$nsid) return
  const listed = listedIn(record)
  await sql`INSERT INTO ledger_public_publisher (network, org, did, first_seen_at)
    SELECT ${network}, ${did}, p, ${at}::timestamptz FROM unnest(${listed}::text[]) AS p ON CONFLICT DO NOTHING`.execute(
    tx,
  )
}

async function noteDue(tx: Tx, did: string, change: MirroredRecord, now: Date): Promise<void> {
  const { collection, rkey, record } = change
  const body = record ?? (await bodyOf(tx, did, change))
  const about = packageOf(collection, { did, rkey, body })
  if (about === undefined) return
  if (about === 'all') return note(tx, did, await namesOf(tx, did), now)
  await note(tx, about.did, [about.name], now)
}

/** Every package of an organisation is judged by who may attest for it. */
async function namesOf(tx: Tx, did: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM upstream_packument WHERE registry = ${did}`.execute(tx)
  return rows.map(({ name }) => name)
}

/** Also what failed before: something is other than it was. */
async function note(tx: Tx, did: string, names: readonly string[], now: Date): Promise<void> {
  await sql`INSERT INTO mirror_due (network, did, name, due_at) SELECT ${network}, ${did}, n, ${now}::timestamptz
    FROM unnest(${[...names]}::text[]) AS n
    ON CONFLICT (network, did, name) DO UPDATE SET due_at = least(mirror_due.due_at, excluded.due_at)`.execute(tx)
}

/** What stood there before: of a record that is gone, only that says what it was about. */
async function bodyOf(tx: Tx, did: string, { collection, rkey }: MirroredRecord): Promise<Buffer | undefined> {
  const row = await tx
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', collection)
    .where('rkey', '=', rkey)
    .select('body')
    .executeTakeFirst()
  return row?.body
}
