import { network, type Tx } from '../../schema/index.ts'
import { applyChanges } from '../apply/apply-changes.ts'
import { Impact } from '../apply/impact.ts'
import type { IngestContext } from '../context.ts'
import { writeAlone } from '../write-alone.ts'

/**
 * Once every repository was read, everything is judged for the first time: rights first, oldest first, then versions.
 * Before that, a right that is not read yet would make a version look unpermitted, or a withdrawn one permitted.
 */
export async function completeBackfill({ db, setting }: IngestContext): Promise<void> {
  await writeAlone(db, async (tx, { backfilled }) => {
    if (backfilled || (await isAnyUnread(tx))) return
    const impact = await everything(tx)
    await applyChanges({ ...setting, tx, changes: [], impact }, { conclude: true })
    await tx.updateTable('progress').set({ backfilled: true }).where('network', '=', network).execute()
    setting.log.info({ packages: impact.packages.length }, 'the index is complete')
  })
}

async function isAnyUnread(tx: Tx): Promise<boolean> {
  const unread = await tx
    .selectFrom('repo')
    .where('network', '=', network)
    .where('state', '<>', 'synchronised')
    .where('active', '=', true)
    .select('did')
    .limit(1)
    .execute()
  return unread.length > 0
}

/** All that can be judged and rendered. */
export async function everything(tx: Tx): Promise<Impact> {
  const impact = new Impact()
  for (const { org } of await tx.selectFrom('registry_org').where('network', '=', network).select('org').execute()) {
    impact.touchRights(org)
  }
  const packages = await tx
    .selectFrom('version')
    .where('network', '=', network)
    .select(['org', 'name'])
    .distinct()
    .execute()
  for (const { org, name } of packages) impact.touchPackage(org, name)
  return impact
}
