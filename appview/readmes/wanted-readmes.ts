import { sql } from '#common/db/index.ts'
import type { PackageId } from '../ingest/apply/impact.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

/** Of one package there is one README, the latest's. @returns what was read last, which may be an older one */
export async function knownReadme(
  tx: Tx,
  { org, name }: PackageId,
): Promise<{ cid: string; text: string } | undefined> {
  const row = await tx
    .selectFrom('readme')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .select(['cid', 'text'])
    .executeTakeFirst()
  return row === undefined || row.cid === null ? undefined : { cid: row.cid, text: row.text ?? '' }
}

/** @param cid undefined when there is none to show */
export async function wantReadme(tx: Tx, { org, name }: PackageId, cid: string | undefined): Promise<void> {
  if (cid === undefined) {
    await tx
      .deleteFrom('readme')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', name)
      .execute()
    return
  }
  await tx
    .insertInto('readme')
    .values({ network, org, name, wanted: cid, cid: null, text: null })
    .onConflict((conflict) => conflict.columns(['network', 'org', 'name']).doUpdateSet({ wanted: cid }))
    .execute()
}

export interface WantedReadme extends PackageId {
  cid: string
}

/** A page of those nobody has read yet. @param after the last of the page before */
export function unreadReadmes(db: Db, limit: number, after?: PackageId): Promise<WantedReadme[]> {
  const unread = db
    .selectFrom('readme')
    .where('network', '=', network)
    .where('cid', 'is distinct from', (eb) => eb.ref('wanted'))
    .orderBy('org')
    .orderBy('name')
    .limit(limit)
    .select(['org', 'name', 'wanted as cid'])
  if (after === undefined) return unread.execute()
  return unread.where(sql<boolean>`(org, name) > (${after.org}, ${after.name})`).execute()
}

/** @returns whether it is still the one that is wanted */
export async function keepReadme(tx: Tx, { org, name, cid }: WantedReadme, text: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('readme')
    .set({ cid, text })
    .where('network', '=', network)
    .where('org', '=', org)
    .where('name', '=', name)
    .where('wanted', '=', cid)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
