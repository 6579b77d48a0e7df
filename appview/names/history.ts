import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'

/** Something that became of a name. */
export interface NameEvent {
  at: Date
  what: 'claimed' | 'released' | 'transferred' | 'transfer-cancelled' | 'granted' | 'changed' | 'refused'
  /** DID of the organisation it is about; of a change, of who gave it. */
  org: string
  /** DID of who gets it. */
  to: string | null
  collection: string
  /** DID in whose repository the record is. */
  author: string
  cid: string
  approvedBy: string[]
  reason: string | null
}

/** What became of a name, in the order in which it did. @param registryDid in whose repository grants and changes are */
export async function nameHistory(db: Db, key: string, registryDid: string): Promise<NameEvent[]> {
  const { claim, transfer, grant, change } = app.npm.name
  const approvers = (cid: string) => sql`ARRAY(SELECT DISTINCT a.author FROM approval a
    WHERE a.network = ${network} AND a.subject_cid = ${sql.ref(cid)} ORDER BY 1)`
  const { rows } = await sql<NameEvent>`
    SELECT effective_at AS at, CASE WHEN collection = ${claim.$nsid}
        THEN CASE WHEN value->>'retired' = 'true' THEN 'released' ELSE 'claimed' END
        ELSE CASE WHEN value->>'retired' = 'true' THEN 'transfer-cancelled' ELSE 'transferred' END END AS what,
      org, value->>'to' AS "to", collection, org AS author, cid, ARRAY[approved_by] AS "approvedBy", NULL AS reason
    FROM ledger_right WHERE network = ${network} AND rkey = ${key} AND collection IN (${claim.$nsid}, ${transfer.$nsid})
    UNION ALL
    SELECT granted_at, CASE WHEN from_org IS NULL THEN 'granted' ELSE 'changed' END, coalesce(from_org, org),
      CASE WHEN from_org IS NULL THEN NULL ELSE org END, CASE WHEN from_org IS NULL THEN ${grant.$nsid} ELSE ${change.$nsid} END,
      ${registryDid}, grant_cid, ${approvers('ledger_name.grant_cid')}, NULL
    FROM ledger_name WHERE network = ${network} AND key = ${key}
    UNION ALL
    SELECT refused_at, 'refused', org, NULL, ${grant.$nsid}, ${registryDid}, cid,
      ${approvers('ledger_name_refusal.cid')}, reason
    FROM ledger_name_refusal WHERE network = ${network} AND key = ${key}
    ORDER BY 1, 7 LIMIT ${maxEvents}`.execute(db)
  return rows
}

const maxEvents = 10_000
