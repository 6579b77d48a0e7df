import { type CommitEvent, SyncViolation, type VerifiedCommit, verifyCommit } from '#common/sync/index.ts'
import { collectionOf } from '../../index/collections.ts'
import type { Tx } from '../../schema/index.ts'
import { applyChanges } from '../apply/apply-changes.ts'
import { Impact } from '../apply/impact.ts'
import type { RecordChange } from '../apply/scene.ts'
import type { IngestContext } from '../context.ts'
import { type IndexedRepo, isMember, type Member, markDesynchronised, rememberAccount, updateRepo } from '../repos.ts'
import { type Progress, storeCursor, writeAlone } from '../write-alone.ts'
import { withFreshKey } from './with-fresh-key.ts'

/**
 * A commit, verified once more against our own state of the repository: a relay can keep things from us, but not make
 * anything up. Records, rev, data, cursor, ledger and packuments change together or not at all.
 */
export async function applyCommit(context: IngestContext, event: CommitEvent): Promise<void> {
  await withFreshKey(context, event.repo, async (account) => {
    await writeAlone(context.db, async (tx, progress) => {
      if (isMember(account)) await applyTo(context, tx, progress, account, event)
      await storeCursor(tx, event.seq)
    })
  })
}

async function applyTo(context: IngestContext, tx: Tx, progress: Progress, account: Member, event: CommitEvent) {
  const impact = new Impact()
  const repo = await rememberAccount(tx, account, impact)
  if (repo.state === 'desynchronised') return passOver(context, tx, event.repo)
  const commit = verify(context, event, account, repo)
  if (commit === 'dropped') return
  if (commit === 'gap') return passOver(context, tx, event.repo)
  await updateRepo(tx, commit.did, { rev: commit.rev, data: commit.data, state: 'synchronised' })
  const changes = changesOf(commit, account)
  await applyChanges({ ...context.setting, tx, changes, impact }, { conclude: progress.backfilled })
}

/** Reading the whole repository again will bring this commit along. */
async function passOver(context: IngestContext, tx: Tx, did: string): Promise<void> {
  await markDesynchronised(tx, did)
  context.onDesynchronised()
}

function verify(
  { clock, setting: { log } }: IngestContext,
  event: CommitEvent,
  account: Member,
  repo: IndexedRepo,
): VerifiedCommit | 'gap' | 'dropped' {
  const previous = repo.rev === null || repo.data === null ? undefined : { rev: repo.rev, data: repo.data }
  try {
    return verifyCommit(event, { did: account.did, signingKey: account.signingKey, previous, now: clock.now() })
  } catch (error) {
    if (!(error instanceof SyncViolation) || error.reason === 'bad-signature') throw error
    if (error.reason === 'gap') return 'gap'
    // A relay that was restarted repeats what we have; anything else is a relay or host that does not keep the rules.
    if (error.reason !== 'stale-rev') log.warn({ did: account.did, seq: event.seq, err: error }, 'a commit was dropped')
    return 'dropped'
  }
}

function changesOf({ did, ops }: VerifiedCommit, { role }: Member): RecordChange[] {
  return ops.filter((op) => collectionOf(op.collection)?.role === role).map((op) => ({ did, ...op }))
}
