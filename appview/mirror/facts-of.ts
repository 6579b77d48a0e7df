import { sql } from '#common/db/index.ts'
import { packageKey, versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { publicNetwork as network } from '../schema/index.ts'
import type { FactSource, PublicFact } from '../verdict/facts/known-elsewhere.ts'

interface Row {
  rkey: string
  cid: string | null
  records: number
  attested_by: string | null
  listed_at: Date | null
  judged_at: Date | null
  attestation_cid: string | null
  first_seen_at: Date
  retired: string | null
}

/** What the public network says of versions beside their manifests. Nothing about packages of registries. */
export const publicFactsOf: FactSource<PublicFact> = async (db, subject, versions) => {
  if (subject.source !== 'upstream' || !subject.registry.startsWith('did:')) return new Map()
  const { registry: did, name } = subject
  const rkeys = versions.map((version) => versionKey(name, version))
  const listsPublishers = await everListed(db, did)
  const { rows } = await sql<Row>`SELECT v.rkey, r.cid, count(*)::int AS records, min(v.first_seen_at) AS first_seen_at,
      min(j.attested_by) AS attested_by, min(j.judged_at) AS judged_at,
      min(j.attestation_cid) AS attestation_cid, min(p.first_seen_at) AS listed_at,
      min(w.cid) AS retired
    FROM ledger_public_version v
    LEFT JOIN mirror_record r ON r.network = v.network AND r.did = v.did AND r.rkey = v.rkey
      AND r.collection = ${app.npm.package.version.$nsid}
    LEFT JOIN ledger_public_judgement j ON j.network = v.network AND j.did = v.did AND j.rkey = v.rkey AND j.cid = r.cid
    LEFT JOIN ledger_public_publisher p ON p.network = j.network AND p.org = j.did AND p.did = j.attested_by
    LEFT JOIN mirror_record w ON w.network = v.network AND w.did = v.did AND w.rkey = v.rkey
      AND w.collection = ${app.npm.package.retirement.$nsid}
    WHERE v.network = ${network} AND v.did = ${did} AND v.rkey = ANY(${rkeys}::text[]) GROUP BY v.rkey, r.cid`.execute(
    db,
  )
  const prefix = `${packageKey(name)}:`
  return new Map(rows.map((row) => [row.rkey.slice(prefix.length), toFact(row, did, listsPublishers)]))
}

function toFact(row: Row, did: string, listsPublishers: boolean): PublicFact {
  const { attested_by: by, attestation_cid: cid, listed_at: listedAt, judged_at: judgedAt } = row
  const known = by !== null && cid !== null && listedAt !== null && judgedAt !== null
  return {
    did,
    cid: row.cid ?? undefined,
    tampered: row.records > 1,
    retired: row.retired !== null,
    parties: listsPublishers ? 'two' : 'one',
    attested: known ? { by, cid, listedAt, judgedAt } : undefined,
  }
}

/** Who once said that others have to stand for its versions does not unsay it. */
async function everListed(db: Parameters<typeof publicFactsOf>[0], did: string): Promise<boolean> {
  const { rows } =
    await sql`SELECT FROM ledger_public_publisher WHERE network = ${network} AND org = ${did} LIMIT 1`.execute(db)
  return rows.length > 0
}
