import type { Db } from '../../schema/index.ts'
import { announceUpstream } from '../../updates/announce-upstream.ts'

/** Packages of this account are found by its handle, or no longer are: caches must not go on with what they heard before. */
export async function announceNames(db: Db, did: string): Promise<void> {
  const rows = await db.selectFrom('upstream_packument').where('registry', '=', did).select('name').execute()
  await announceUpstream(
    db,
    rows.map(({ name }) => name),
  )
}
