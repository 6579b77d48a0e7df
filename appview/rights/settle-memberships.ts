import { applyChanges } from '../ingest/apply/apply-changes.ts'
import { Impact } from '../ingest/apply/impact.ts'
import type { IngestContext } from '../ingest/context.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import { network, type Tx } from '../schema/index.ts'
import { touchOrgsNaming } from './touch-orgs.ts'

/** Time passes, and settings change: memberships that no longer count, or count again, change rights as a record would. */
export async function settleMemberships({ db, setting }: IngestContext): Promise<void> {
  const stale = (await memberships(db)).filter((row) => row.counts !== setting.countsMembership(row))
  if (stale.length === 0) return
  await writeAlone(db, async (tx, { backfilled }) => {
    const impact = new Impact()
    for (const row of await memberships(tx)) {
      const counts = setting.countsMembership(row)
      if (row.counts === counts) continue
      await tx
        .updateTable('membership')
        .set({ counts })
        .where('network', '=', network)
        .where('did', '=', row.did)
        .execute()
      await touchOrgsNaming(tx, impact, row.groups)
    }
    await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: backfilled })
  })
}

function memberships(db: IngestContext['db'] | Tx) {
  return db
    .selectFrom('membership')
    .where('network', '=', network)
    .select(['did', 'issuer', 'groups', 'observed_at as observedAt', 'counts'])
    .execute()
}
