import { type Db, network, type Tx } from '../schema/index.ts'

/** Key → whether upstream had it when an administrator last asked; nothing for names nobody asked for. */
export async function knownUpstream(db: Db | Tx, keys: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('ledger_upstream_name')
    .distinctOn('key')
    .where('network', '=', network)
    .where('key', 'in', keys)
    .orderBy('key')
    .orderBy('asked_at', 'desc')
    .select(['key', 'present'])
    .execute()
  return new Map(rows.map(({ key, present }) => [key, present]))
}

/** @returns whether that was news */
export async function rememberUpstream(db: Db, key: string, present: boolean): Promise<boolean> {
  if ((await knownUpstream(db, [key])).get(key) === present) return false
  await db
    .insertInto('ledger_upstream_name')
    .values({ network, key, present })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return true
}
