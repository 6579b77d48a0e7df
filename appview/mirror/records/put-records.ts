import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import { isMirrored } from './collections.ts'
import { listedIn } from './listed-in.ts'
import type { MirroredRecord } from './mirrored-record.ts'
import { noteDue } from './note-due.ts'

type Present = MirroredRecord & { cid: string; record: Uint8Array }

/** A statement is made in memory whole. */
const bytesPerStatement = 4_000_000
const rowsPerStatement = 1_000

const { $nsid: retirements } = app.npm.package.retirement
const { $nsid: publishers } = app.npm.org.publishers
const { $nsid: versions } = app.npm.package.version

/**
 * Brings the mirror of a repository to these records, keeps what was seen first, and notes which packages have to be rendered again.
 * @returns whether there are any
 */
export async function putRecords(tx: Tx, did: string, changes: readonly MirroredRecord[], now: Date): Promise<boolean> {
  const mirrored = changes.filter(isMirrored)
  if (mirrored.length === 0) return false
  await noteDue(tx, did, mirrored, now)
  // A version that was withdrawn stays so, whoever takes the record away.
  await remove(
    tx,
    did,
    mirrored.filter(({ cid, collection }) => cid === null && collection !== retirements),
  )
  for (const rows of inStatements(mirrored.filter(isPresent))) {
    await put(tx, did, rows)
    await rememberFirst(tx, did, rows, now)
  }
  return true
}

function isPresent(change: MirroredRecord): change is Present {
  return change.cid !== null && change.record !== undefined
}

async function remove(tx: Tx, did: string, gone: readonly MirroredRecord[]): Promise<void> {
  if (gone.length === 0) return
  await sql`DELETE FROM mirror_record m USING unnest(${gone.map(({ collection }) => collection)}::text[],
      ${gone.map(({ rkey }) => rkey)}::text[]) AS g (collection, rkey)
    WHERE m.network = ${network} AND m.did = ${did} AND m.collection = g.collection AND m.rkey = g.rkey`.execute(tx)
}

async function put(tx: Tx, did: string, rows: readonly Present[]): Promise<void> {
  await sql`INSERT INTO mirror_record (network, did, collection, rkey, cid, body)
    SELECT ${network}, ${did}, r.* FROM unnest(${rows.map(({ collection }) => collection)}::text[],
      ${rows.map(({ rkey }) => rkey)}::text[], ${rows.map(({ cid }) => cid)}::text[],
      ${rows.map(({ record }) => Buffer.from(record))}::bytea[]) AS r (collection, rkey, cid, body)
    ON CONFLICT (network, did, collection, rkey) DO UPDATE SET cid = excluded.cid, body = excluded.body`.execute(tx)
}

/** Dates in records are their authors' own; ours are when we saw them. */
async function rememberFirst(tx: Tx, did: string, rows: readonly Present[], at: Date): Promise<void> {
  const seen = rows.filter(({ collection }) => collection === versions)
  if (seen.length > 0) {
    await sql`INSERT INTO ledger_public_version (network, did, rkey, cid, first_seen_at)
      SELECT ${network}, ${did}, v.rkey, v.cid, ${at}::timestamptz
      FROM unnest(${seen.map(({ rkey }) => rkey)}::text[], ${seen.map(({ cid }) => cid)}::text[]) AS v (rkey, cid)
      ON CONFLICT DO NOTHING`.execute(tx)
  }
  for (const { record } of rows.filter(({ collection }) => collection === publishers)) {
    await sql`INSERT INTO ledger_public_publisher (network, org, did, first_seen_at)
      SELECT ${network}, ${did}, p, ${at}::timestamptz FROM unnest(${listedIn(record)}::text[]) AS p
      ON CONFLICT DO NOTHING`.execute(tx)
  }
}

function* inStatements(rows: readonly Present[]): Generator<Present[]> {
  let page: Present[] = []
  let bytes = 0
  for (const row of rows) {
    if (page.length === rowsPerStatement || (page.length > 0 && bytes + row.record.length > bytesPerStatement)) {
      yield page
      page = []
      bytes = 0
    }
    page.push(row)
    bytes += row.record.length
  }
  if (page.length > 0) yield page
}
