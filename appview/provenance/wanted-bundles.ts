import { sql } from '#common/db/index.ts'
import type { Provenance } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import { type Db, network, type Tx } from '../schema/index.ts'

export interface WantedBundle {
  org: string
  name: string
  version: string
  /** SRI of the tarball it has to be about. */
  integrity: string
  /** Of the bundle. */
  cid: string
}

/**
 * A page of bundles nobody has read yet, or that were held to other trust roots than now; none of what is purged.
 * @param after the last of the page before
 */
export function unreadBundles(db: Db, roots: string, limit: number, after?: WantedBundle): Promise<WantedBundle[]> {
  const unread = db
    .selectFrom('version as v')
    .leftJoin('provenance as p', (join) =>
      join
        .onRef('p.network', '=', 'v.network')
        .onRef('p.org', '=', 'v.org')
        .onRef('p.name', '=', 'v.name')
        .onRef('p.version', '=', 'v.version'),
    )
    .where('v.network', '=', network)
    .where('v.provenance_cid', 'is not', null)
    .where(sql<boolean>`(p.cid, p.roots) IS DISTINCT FROM (v.provenance_cid, ${roots}::text)`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          // Its bundle is deleted.
          selectFrom('ledger_metadata as l')
            .whereRef('l.network', '=', 'v.network')
            .whereRef('l.org', '=', 'v.org')
            .whereRef('l.name', '=', 'v.name')
            .where('l.collection', '=', app.npm.package.purge.$nsid)
            .where(sql<boolean>`l.value ->> 'version' = v.version`)
            .select('l.id'),
        ),
      ),
    )
    .orderBy('v.org')
    .orderBy('v.name')
    .orderBy('v.version')
    .limit(limit)
    .select(['v.org', 'v.name', 'v.version', 'v.integrity', sql<string>`v.provenance_cid`.as('cid')])
  if (after === undefined) return unread.execute()
  const { org, name, version } = after
  return unread.where(sql<boolean>`(v.org, v.name, v.version) > (${org}, ${name}, ${version})`).execute()
}

export interface ReadBundle {
  roots: string
  bundle: Uint8Array
  verified: Provenance | undefined
  refusal: string | undefined
}

/** @returns whether it is still the one that is wanted */
export async function keepBundle(tx: Tx, wanted: WantedBundle, read: ReadBundle): Promise<boolean> {
  const { org, name, version, cid } = wanted
  const still = await tx
    .selectFrom('version')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('version', '=', version)
    .where('provenance_cid', '=', cid)
    .select('cid')
    .executeTakeFirst()
  if (still === undefined) return false
  const { roots, bundle, verified, refusal = null } = read
  const row = { cid, roots, bundle: Buffer.from(bundle), verified: toJson(verified), refusal }
  await tx
    .insertInto('provenance')
    .values({ network, org, name, version, ...row })
    .onConflict((conflict) => conflict.columns(['network', 'org', 'name', 'version']).doUpdateSet(row))
    .execute()
  return true
}

function toJson(verified: Provenance | undefined): string | null {
  return verified === undefined ? null : JSON.stringify(verified)
}
