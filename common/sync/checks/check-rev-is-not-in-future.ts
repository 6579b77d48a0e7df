import { TID } from '@atproto/common-web'
import { limits } from '../limits.ts'
import { SyncViolation } from '../violation.ts'

/**
 * A revision from the future would make every honest one after it look stale.
 * @throws SyncViolation future-rev
 */
export function checkRevIsNotInFuture({ commit, repo }: { commit: { rev: string }; repo: { now: number } }): void {
  const atMs = TID.fromStr(commit.rev).timestamp() / 1000
  if (atMs > repo.now + limits.futureRevMs) throw new SyncViolation('future-rev', commit.rev)
}
