import { type Db, publicNetwork as network, type Tx } from '../../schema/index.ts'

/** seq of the last event of a relay that was looked at; undefined for a relay that is new. */
export async function relayCursor(db: Db, url: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('mirror_relay')
    .where('network', '=', network)
    .where('url', '=', url)
    .select('cursor')
    .executeTakeFirst()
  return row?.cursor
}

export async function storeRelayCursor(db: Db | Tx, url: string, cursor: number): Promise<void> {
  await db
    .insertInto('mirror_relay')
    .values({ network, url, cursor })
    .onConflict((conflict) => conflict.columns(['network', 'url']).doUpdateSet({ cursor }))
    .execute()
}

/** It is another log than the one our cursor is from. */
export async function forgetRelayCursor(db: Db, url: string): Promise<void> {
  await db.deleteFrom('mirror_relay').where('network', '=', network).where('url', '=', url).execute()
}
