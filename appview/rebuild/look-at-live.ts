import { sql } from '#common/db/index.ts'
import { network, type Tx } from '../schema/index.ts'
import type { Rebuild, Schemas } from './context.ts'
import { ledgerTableNames, ledgerTables } from './tables.ts'

/** Where the index in use was at one moment. */
export interface LiveState {
  /** seq of the relay's event up to which it had everything; 0 when there was none yet. */
  cursor: number
  /** seq of the newest of its updates. */
  updates: number
}

/** Notes where the index in use is, and copies the ledger as it is at that very moment. */
export function lookAtLive({ next, schemas }: Rebuild): Promise<LiveState> {
  return next
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const state = await readState(tx, schemas.live)
      for (const table of ledgerTableNames) await copyLedger(tx, schemas, table)
      return state
    })
}

async function readState(tx: Tx, schema: string): Promise<LiveState> {
  const live = tx.withSchema(schema)
  const { cursor } = await live
    .selectFrom('progress')
    .where('network', '=', network)
    .select('cursor')
    .executeTakeFirstOrThrow()
  const { updates } = await live
    .selectFrom('update')
    .select(({ fn }) => fn.max<number | null>('seq').as('updates'))
    .executeTakeFirstOrThrow()
  return { cursor: cursor ?? 0, updates: updates ?? 0 }
}

/** What the ledger says stands over what reading the repositories made of it; what it does not say stays, and shows. */
async function copyLedger(tx: Tx, { live, next }: Schemas, table: keyof typeof ledgerTables): Promise<void> {
  const [theirs, ours] = [sql.id(live, table), sql.id(next, table)]
  const sameKey = sql.join(
    ledgerTables[table].key.map((column) => sql`l.${sql.id(column)} = n.${sql.id(column)}`),
    sql` AND `,
  )
  await sql`DELETE FROM ${ours} n USING ${theirs} l WHERE ${sameKey} AND n IS DISTINCT FROM l`.execute(tx)
  await sql`INSERT INTO ${ours} SELECT l.* FROM ${theirs} l
    WHERE NOT EXISTS (SELECT FROM ${ours} n WHERE ${sameKey})`.execute(tx)
}
