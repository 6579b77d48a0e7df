import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import { sql } from '#common/db/index.ts'
import { packageKey } from '#common/names/index.ts'
import { type Db, publicNetwork as network, type Tx } from '../../schema/index.ts'
import type { PublicRecords } from '../packages/read-records.ts'

/**
 * Has the bundles read that the versions of a package name, and forgets those that none names any more. What was read of a version stays
 * when its record is gone, as the version does. Of what is purged nothing does: whoever judges the package, a moment later, deletes it.
 */
export async function wantBundles(tx: Tx, { did, name, versions }: PublicRecords, now: Date): Promise<void> {
  const named = versions.flatMap(({ rkey, value: { provenance } }) =>
    provenance === undefined ? [] : [{ rkey, provenance }],
  )
  const rkeys = named.map(({ rkey }) => rkey)
  const present = versions.map(({ rkey }) => rkey)
  await sql`DELETE FROM mirror_bundle WHERE network = ${network} AND did = ${did}
    AND rkey = ANY(${present}::text[]) AND rkey <> ALL(${rkeys}::text[])`.execute(tx)
  const key = packageKey(name)
  await sql`UPDATE mirror_bundle SET due_at = NULL WHERE network = ${network} AND did = ${did} AND due_at IS NOT NULL
    AND rkey > ${`${key}:`} AND rkey < ${`${key};`} AND rkey <> ALL(${present}::text[])`.execute(tx)
  if (named.length === 0) return
  const cids = named.map(({ provenance }) => getBlobCidString(provenance))
  const sizes = named.map(({ provenance }) => getBlobSize(provenance) ?? 0)
  await sql`INSERT INTO mirror_bundle AS b (network, did, rkey, cid, size, due_at)
    SELECT ${network}, ${did}, n.*, ${now}::timestamptz
    FROM unnest(${rkeys}::text[], ${cids}::text[], ${sizes}::bigint[]) AS n (rkey, cid, size)
    ON CONFLICT (network, did, rkey) DO UPDATE SET cid = excluded.cid, size = excluded.size, due_at = excluded.due_at,
      failures = 0, roots = NULL, bundle = NULL, verified = NULL, refusal = NULL
    WHERE b.cid <> excluded.cid OR (b.roots IS NULL AND b.due_at IS NULL)`.execute(tx)
}

/** Those that were held to other trust roots than now are read again; until then it stays what was found. */
export async function wantJudgedAnew(db: Db, roots: string, now: Date): Promise<void> {
  await sql`UPDATE mirror_bundle SET due_at = ${now}::timestamptz, failures = 0
    WHERE network = ${network} AND roots <> ${roots} AND due_at IS NULL`.execute(db)
}
