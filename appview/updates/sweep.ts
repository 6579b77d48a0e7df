import { sql } from '#common/db/index.ts'
import type { Db } from '../schema/index.ts'

/** Updates a reader may have missed and still catch up on. */
const kept = 100_000

/** Forgets updates so old that whoever missed them has to start over anyway. */
export async function sweepUpdates(db: Db): Promise<void> {
  await sql`DELETE FROM update WHERE seq <= (SELECT max(seq) - ${kept} FROM update)`.execute(db)
}
