import { sql } from '#common/db/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import type { LabelerConfig } from './config.ts'

/** seq up to which a labeler was read by these settings; 0 when it has to be read from the beginning. */
export async function cursorOf(db: Db, labeler: LabelerConfig): Promise<number> {
  const row = await db
    .selectFrom('labeler_cursor')
    .where('network', '=', network)
    .where('did', '=', labeler.did)
    .where('settings', '=', settingsOf(labeler))
    .select('seq')
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** In the transaction of what was read. It never goes back, whatever numbers the labeler sends. */
export async function storeCursor(tx: Tx | Db, labeler: LabelerConfig, seq: number): Promise<void> {
  const settings = settingsOf(labeler)
  await sql`INSERT INTO labeler_cursor (network, did, seq, settings) VALUES (${network}, ${labeler.did}, ${seq}, ${settings})
    ON CONFLICT (network, did) DO UPDATE SET settings = excluded.settings, seq = CASE
      WHEN labeler_cursor.settings = excluded.settings THEN greatest(labeler_cursor.seq, excluded.seq) ELSE excluded.seq END`.execute(
    tx,
  )
}

/** It is another stream than ours was. */
export async function forgetCursor(db: Db, { did }: LabelerConfig): Promise<void> {
  await db.deleteFrom('labeler_cursor').where('network', '=', network).where('did', '=', did).execute()
}

/** What was read is worth as much as the settings it was read by: more values, and it has to be read again. */
function settingsOf({ url, values, key }: LabelerConfig): string {
  return JSON.stringify([url, key ?? null, values?.toSorted() ?? null])
}
