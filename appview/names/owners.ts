import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'
import { isRightInEffect } from './in-effect.ts'

/** A name, who had it last, and whether they have it still. */
export interface Holding {
  key: string
  name: string
  org: string
  /** null for a scope that was the organisation's handle. */
  claimCid: string | null
  stands: boolean
}

/**
 * Whom names belong to by grant or change: the organisation that had all halves last, as long as its claim and the registry's record
 * still stand, and it is registered and active. A transfer counted when the name was handed over; what the giver does to it later
 * takes nothing back.
 * @returns an entry for every key that was ever granted with both halves; undefined in it when they no longer stand
 */
export async function grantedOwners(db: Db, keys: readonly string[]): Promise<Map<string, string | undefined>> {
  if (keys.length === 0) return new Map()
  const rows = await holdings(db, keys)
  return new Map(rows.map(({ key, org, stands }) => [key, stands ? org : undefined]))
}

/** Everything that was ever granted with both halves, by name. @param keys only these; all when left out */
export async function holdings(db: Db, keys?: readonly string[]): Promise<Holding[]> {
  const wanted = keys === undefined ? sql`true` : sql`key = ANY(${keys})`
  const { rows } = await sql<Holding>`
    SELECT n.key, n.name, n.org, n.claim_cid AS "claimCid", (
      (n.claim_cid IS NULL OR ${isRightInEffect(app.npm.name.claim.$nsid, claim)})
      AND EXISTS (SELECT FROM registry_org o WHERE (o.network, o.org) = (n.network, n.org))
      AND EXISTS (SELECT FROM repo r WHERE (r.network, r.did, r.role) = (n.network, n.org, 'org') AND r.active)
      AND ${isSaidByRegistry}
    ) AS stands
    FROM (SELECT DISTINCT ON (key) * FROM ledger_name WHERE network = ${network} AND ${wanted} ORDER BY key, id DESC) n
    ORDER BY n.name`.execute(db)
  return rows
}

const claim = { org: sql.ref('n.org'), key: sql.ref('n.key'), cid: sql.ref('n.claim_cid') }

const isSaidByRegistry = sql`CASE WHEN n.transfer_cid IS NULL
  THEN EXISTS (SELECT FROM name_grant g WHERE (g.network, g.key, g.org) = (n.network, n.key, n.org)
    AND g.claim_cid IS NOT DISTINCT FROM n.claim_cid AND NOT g.withdrawn)
  ELSE EXISTS (SELECT FROM name_change c WHERE (c.network, c.key, c.to_org, c.claim_cid, c.transfer_cid) =
    (n.network, n.key, n.org, n.claim_cid, n.transfer_cid) AND NOT c.withdrawn) END`
