import { type SyncEvent, SyncViolation, verifySync } from '#common/sync/index.ts'
import type { MirrorContext } from '../context.ts'
import { lockMirrored, type MirroredRepo, markBehind } from '../repos.ts'
import { keyChanged } from './key-changed.ts'

/** The account says anew where its repository stands: if that is not where we have it, it is read whole. */
export async function applySync(context: MirrorContext, event: SyncEvent): Promise<void> {
  if ((await attempt(context, event)) !== 'bad-signature') return
  if (await keyChanged(context, event.did)) await attempt(context, event)
}

function attempt(context: MirrorContext, event: SyncEvent): Promise<'done' | 'bad-signature'> {
  return context.db.transaction().execute(async (tx) => {
    const repo = await lockMirrored(tx, event.did)
    if (repo === undefined) return 'done'
    const stands = standsElsewhere(context, event, repo)
    if (stands === 'bad-signature') return stands
    if (stands) {
      await markBehind(tx, event.did)
      context.onWaiting()
    }
    return 'done'
  })
}

function standsElsewhere(
  { clock, log }: MirrorContext,
  event: SyncEvent,
  { did, rev, data, signing_key: signingKey }: MirroredRepo,
): boolean | 'bad-signature' {
  if (signingKey === null) return true
  const previous = rev === null || data === null ? undefined : { rev, data }
  try {
    const state = verifySync(event, { did, signingKey, previous, now: clock.now() })
    return state.data !== data || state.rev !== rev
  } catch (error) {
    if (!(error instanceof SyncViolation)) throw error
    if (error.reason === 'bad-signature') return 'bad-signature'
    log.warn({ did, seq: event.seq, err: error }, 'a public sync event was dropped')
    return false
  }
}
