import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { nameOfPackageKey } from '../../index/keys.ts'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import { type PublicPackage, packageOf } from './collections.ts'
import type { MirroredRecord } from './mirrored-record.ts'

const { $nsid: attestations } = app.npm.publish.attestation

/**
 * Notes which packages records are about, before these are written: who renders one of them meanwhile is waited for, and renders it once
 * more.
 */
export async function noteDue(tx: Tx, did: string, changes: readonly MirroredRecord[], now: Date): Promise<void> {
  const due = new Map<string, PublicPackage>()
  const add = (one: PublicPackage) => due.set(`${one.did} ${one.name}`, one)
  for (const { collection, rkey, record } of changes.filter(({ collection }) => collection !== attestations)) {
    const about = packageOf(collection, { did, rkey, body: record })
    if (about === 'all') for (const name of await namesOf(tx, did)) add({ did, name })
    else if (about !== undefined) add(about)
  }
  for (const one of await attestedFor(tx, did, changes)) add(one)
  await noteChanged(tx, [...due.values()], now)
}

/** By its records, not by what was rendered of them: the first rendering may not be committed yet. */
async function namesOf(tx: Tx, did: string): Promise<string[]> {
  const { rows } = await sql<{
    key: string
  }>`SELECT DISTINCT substring(rkey FROM '^(.*):[^:]*$') AS key FROM mirror_record
    WHERE network = ${network} AND did = ${did} AND collection = ${app.npm.package.version.$nsid}`.execute(tx)
  return rows.flatMap(({ key }) => nameOfPackageKey(key) ?? [])
}

/**
 * Packages of others that are attested here. Only of organisations that ever listed this account: else anybody could have the largest
 * packages rendered over and over. One that was taken away changes nothing, since what counted once is in the ledger.
 */
async function attestedFor(tx: Tx, did: string, changes: readonly MirroredRecord[]): Promise<PublicPackage[]> {
  const attested = changes.flatMap(({ collection, rkey, record }) => {
    const about = collection === attestations ? packageOf(collection, { did, rkey, body: record }) : undefined
    return about === undefined || about === 'all' ? [] : [about]
  })
  if (attested.length === 0) return []
  const orgs = [...new Set(attested.map((one) => one.did))]
  // Whoever changes such a list holds the row of its organisation: then they note its packages when ours is written, or we see theirs.
  await sql`SELECT FROM mirror_repo WHERE network = ${network} AND did = ANY(${orgs}::text[]) ORDER BY did FOR SHARE`.execute(
    tx,
  )
  const { rows } = await sql<{ org: string }>`SELECT org FROM ledger_public_publisher
    WHERE network = ${network} AND did = ${did} AND org = ANY(${orgs}::text[])`.execute(tx)
  const listing = new Set(rows.map(({ org }) => org))
  return attested.filter((one) => listing.has(one.did))
}

/** Packages that have to be rendered; also what failed before: something is other than it was. In one order, so that no two wait for each other. */
export async function noteChanged(tx: Tx, due: readonly PublicPackage[], now: Date): Promise<void> {
  if (due.length === 0) return
  await sql`INSERT INTO mirror_due (network, did, name, due_at) SELECT ${network}, d.did, d.name, ${now}::timestamptz
    FROM unnest(${due.map(({ did }) => did)}::text[], ${due.map(({ name }) => name)}::text[]) AS d (did, name)
    ORDER BY d.did, d.name
    ON CONFLICT (network, did, name) DO UPDATE SET due_at = least(mirror_due.due_at, excluded.due_at)`.execute(tx)
}
