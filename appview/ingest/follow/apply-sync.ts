import { type SyncEvent, SyncViolation, verifySync } from '#common/sync/index.ts'
import { Impact } from '../apply/impact.ts'
import type { IngestContext } from '../context.ts'
import { isMember, markDesynchronised, rememberAccount } from '../repos.ts'
import { storeCursor, writeAlone } from '../write-alone.ts'
import { withFreshKey } from './with-fresh-key.ts'

/** The account states anew where its repository stands: if that is not where we have it, the repository is read again. */
export async function applySync(context: IngestContext, event: SyncEvent): Promise<void> {
  const { db, clock, setting } = context
  await withFreshKey(context, event.did, async (account) => {
    await writeAlone(db, async (tx) => {
      await storeCursor(tx, event.seq)
      if (!isMember(account)) return
      const repo = await rememberAccount(tx, account, new Impact())
      const { did, signingKey } = account
      const previous = repo.rev === null || repo.data === null ? undefined : { rev: repo.rev, data: repo.data }
      try {
        const { data, rev } = verifySync(event, { did, signingKey, previous, now: clock.now() })
        if (data === previous?.data && rev === previous.rev) return
        await markDesynchronised(tx, did)
        context.onDesynchronised()
      } catch (error) {
        if (!(error instanceof SyncViolation) || error.reason === 'bad-signature') throw error
        setting.log.warn({ did, seq: event.seq, err: error }, 'a sync event was dropped')
      }
    })
  })
}
