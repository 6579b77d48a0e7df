import type { IdentityEvent } from '#common/sync/index.ts'
import { applyChanges } from '../apply/apply-changes.ts'
import { Impact } from '../apply/impact.ts'
import type { IngestContext } from '../context.ts'
import { findRepo, isMember, rememberAccount, updateRepo } from '../repos.ts'
import { storeCursor, writeAlone } from '../write-alone.ts'
import { withFreshKey } from './with-fresh-key.ts'

/** Something about the account changed. What, only its operation log says: the event's own words are not used. */
export async function applyIdentity(context: IngestContext, { did, seq }: IdentityEvent): Promise<void> {
  context.identities.forget(did)
  await withFreshKey(context, did, async (account) => {
    await writeAlone(context.db, async (tx, { backfilled }) => {
      const impact = new Impact()
      if (isMember(account)) await rememberAccount(tx, account, impact)
      else if ((await findRepo(tx, did)) !== undefined) await updateRepo(tx, did, { active: false })
      await storeCursor(tx, seq)
      await applyChanges({ ...context.setting, tx, changes: [], impact }, { conclude: backfilled })
    })
  })
  context.onDesynchronised()
}
