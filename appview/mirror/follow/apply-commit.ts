import { type CommitEvent, SyncViolation, type VerifiedCommit, verifyCommit } from '#common/sync/index.ts'
import type { Tx } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { bytesOf } from '../records/mirrored-record.ts'
import { putRecords } from '../records/put-records.ts'
import { lockMirrored, type MirroredRepo, markBehind, updateMirrored } from '../repos.ts'
import { keyChanged } from './key-changed.ts'

/**
 * A commit of an account that is mirrored, verified against our own state of its repository, whichever relay brought it: a relay can keep
 * things from us, and make nothing up. The second relay that brings it brings nothing new.
 */
export async function applyCommit(context: MirrorContext, event: CommitEvent): Promise<void> {
  const { repo: did } = event
  const outcome = await attempt(context, event)
  if (outcome === 'bad-signature' && (await keyChanged(context, did))) await attempt(context, event)
  if (outcome === 'changed') context.onPackages()
}

type Outcome = 'changed' | 'nothing' | 'bad-signature'

function attempt(context: MirrorContext, event: CommitEvent): Promise<Outcome> {
  const { db, clock } = context
  return db.transaction().execute(async (tx): Promise<Outcome> => {
    const repo = await lockMirrored(tx, event.repo)
    if (repo === undefined || !repo.active) return 'nothing'
    const commit = repo.state === 'synchronised' ? verify(context, event, repo) : 'behind'
    if (commit === 'behind') return behind(context, tx, event.repo)
    if (typeof commit === 'string') return commit
    const bytes = repo.bytes + bytesOf(commit.ops)
    // What is deleted is not taken off; reading it whole tells how large it is, and fails when that is too large.
    if (bytes > context.config.maxRepoBytes) return behind(context, tx, event.repo)
    await updateMirrored(tx, commit.did, { rev: commit.rev, data: commit.data, bytes })
    return (await putRecords(tx, commit.did, commit.ops, new Date(clock.now()))) ? 'changed' : 'nothing'
  })
}

async function behind(context: MirrorContext, tx: Tx, did: string): Promise<Outcome> {
  await markBehind(tx, did)
  context.onWaiting()
  return 'nothing'
}

function verify(
  { clock, log }: MirrorContext,
  event: CommitEvent,
  { did, rev, data, signing_key: signingKey }: MirroredRepo,
): VerifiedCommit | 'behind' | 'nothing' | 'bad-signature' {
  if (signingKey === null || rev === null || data === null) return 'behind'
  try {
    return verifyCommit(event, { did, signingKey, previous: { rev, data }, now: clock.now() })
  } catch (error) {
    if (!(error instanceof SyncViolation)) throw error
    if (error.reason === 'gap') return 'behind'
    if (error.reason === 'bad-signature') return 'bad-signature'
    // Another relay was faster, or this one repeats itself after a restart.
    if (error.reason !== 'stale-rev') log.warn({ did, seq: event.seq, err: error }, 'a public commit was dropped')
    return 'nothing'
  }
}
