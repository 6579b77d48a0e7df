import { publicNetwork as network } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { findMirrored, type MirroredRepo } from '../repos.ts'
import { announceNames } from './announce-names.ts'

const hourMs = 3_600_000
/** Where nobody answered, an answer is tried for that much more often. */
export const retriesPerRound = 24
/** Longer than any outage that somebody mends, shorter than what a lapsed domain may wait for a new owner. */
const graceMs = 7 * 24 * hourMs
/** Where it is asked rarely: it has to be asked more than once before it lapses. */
const roundsOfGrace = 2

type Named = MirroredRepo & { handle: string }

/**
 * Asks the domain of a handle whose it is, and keeps the answer. When it cannot be asked, what was verified stays for a week, and is asked
 * again every hour, or 24 times a round; what never was verified stays nobody's.
 */
export async function keepHandle(context: MirrorContext, did: string): Promise<void> {
  const repo = await findMirrored(context.db, did)
  if (repo?.handle == null) return
  const named = { ...repo, handle: repo.handle }
  const verified = await ask(context, named)
  if (verified !== undefined) await keep(context, named, verified)
  else await putOff(context, named)
}

/** @returns undefined when nobody can say */
async function ask({ isHandleOf, log }: MirrorContext, { handle, did }: Named): Promise<boolean | undefined> {
  try {
    return await isHandleOf(handle, did)
  } catch (err) {
    log.warn({ did, handle, err }, 'whose a handle is could not be asked')
    return undefined
  }
}

async function keep(context: MirrorContext, repo: Named, verified: boolean): Promise<void> {
  const { db, clock, config, log } = context
  const { did, handle } = repo
  const at = new Date(clock.now())
  const due = new Date(clock.now() + config.discoverHours * hourMs)
  const kept = await ofHandle(context, repo)
    .set({ handle_verified: verified, handle_checked_at: at, handle_due_at: due })
    .executeTakeFirst()
  // It has another one since we asked.
  if (kept.numUpdatedRows === 0n || verified === repo.handle_verified) return
  log.info({ did, handle, verified }, 'whose a handle is has changed')
  await announceNames(db, did)
  if (verified) await takeFromOthers(context, repo)
}

/** A domain names one account. Whoever had the handle before is asked about at once, in case it was them who came last. */
async function takeFromOthers({ db, onHandles }: MirrorContext, { did, handle }: Named): Promise<void> {
  const others = await db
    .updateTable('mirror_repo')
    .where('network', '=', network)
    .where('handle', '=', handle)
    .where('handle_verified', '=', true)
    .where('did', '<>', did)
    .set({ handle_verified: false, handle_due_at: null })
    .returning('did')
    .execute()
  for (const other of others) await announceNames(db, other.did)
  if (others.length > 0) onHandles()
}

async function putOff(context: MirrorContext, repo: Named): Promise<void> {
  const { db, clock, config, log } = context
  const { did, handle } = repo
  const roundMs = config.discoverHours * hourMs
  const due = new Date(clock.now() + roundMs / retriesPerRound)
  const since = new Date(clock.now() - Math.max(graceMs, roundsOfGrace * roundMs))
  await ofHandle(context, repo).set({ handle_due_at: due }).execute()
  const lapsed = await ofHandle(context, repo)
    .where('handle_verified', '=', true)
    .where('handle_checked_at', '<', since)
    .set({ handle_verified: false })
    .executeTakeFirst()
  if (lapsed.numUpdatedRows === 0n) return
  log.warn({ did, handle }, 'nobody could say for too long whose a handle is: it is nobody’s until somebody does')
  await announceNames(db, did)
}

function ofHandle({ db }: MirrorContext, { did, handle }: Named) {
  return db
    .updateTable('mirror_repo')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('handle', '=', handle)
}
