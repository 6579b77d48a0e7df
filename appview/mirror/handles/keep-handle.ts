import type { MirrorContext } from '../context.ts'
import { findMirrored, updateMirrored } from '../repos.ts'
import { announceNames } from './announce-names.ts'

/**
 * Asks the domain of a handle whose it is, and keeps the answer. When it cannot be asked, what was verified before stays, until it is asked
 * again; what never was verified stays nobody's.
 */
export async function keepHandle(context: MirrorContext, did: string): Promise<void> {
  const { db, clock, log } = context
  const repo = await findMirrored(db, did)
  if (repo?.handle == null) return
  try {
    const handle_verified = await context.isHandleOf(repo.handle, did)
    await updateMirrored(db, did, { handle_verified, handle_checked_at: new Date(clock.now()) })
    if (handle_verified === repo.handle_verified) return
    log.info({ did, handle: repo.handle, handle_verified }, 'whose a handle is has changed')
    await announceNames(db, did)
  } catch (err) {
    log.warn({ did, handle: repo.handle, err }, 'whose a handle is could not be asked')
  }
}
