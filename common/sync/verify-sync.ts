import { checkRevIsNotInFuture } from './checks/check-rev-is-not-in-future.ts'
import { checkSignature } from './checks/check-signature.ts'
import { checkStateIsNotOlder } from './checks/check-state-is-not-older.ts'
import type { KnownRepo } from './checks/context.ts'
import type { SyncEvent } from './frames/shapes.ts'
import { limits } from './limits.ts'
import { openCommit } from './open-commit.ts'
import { SyncViolation } from './violation.ts'

export interface VerifiedSync {
  did: string
  /** CID of the commit. */
  cid: string
  rev: string
  /** CID of the tree. When it is not the one at hand, the repository must be fetched. */
  data: string
}

/**
 * Verifies a `#sync` event: the account's signed statement of the state its repository is in.
 * Repeating the state at hand is no violation: a PDS says it once more after creating an account.
 * @throws SyncViolation
 */
export function verifySync(event: SyncEvent, repo: KnownRepo): VerifiedSync {
  if (event.blocks.length > limits.syncBlocksBytes) {
    throw new SyncViolation('blocks-too-large', `${event.blocks.length} bytes`)
  }
  const { commit } = openCommit(event.blocks)
  checkRevIsNotInFuture({ commit, repo })
  checkSignature({ commit, repo })
  if (event.did !== repo.did || commit.did !== repo.did) throw new SyncViolation('envelope-mismatch', 'another account')
  if (event.rev !== commit.rev) throw new SyncViolation('envelope-mismatch', `rev ${event.rev}, signed ${commit.rev}`)
  checkStateIsNotOlder(commit, repo.previous)
  return { did: commit.did, cid: commit.cid, rev: commit.rev, data: commit.data }
}
