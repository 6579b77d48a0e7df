import { SyncViolation } from '../violation.ts'
import type { KnownRepo } from './context.ts'

/**
 * A state may be the one at hand or a later one: nobody rolls an account back, or shows two states of one revision.
 * @throws SyncViolation stale-rev
 */
export function checkStateIsNotOlder(commit: { rev: string; data: string }, previous: KnownRepo['previous']): void {
  if (previous === undefined || commit.rev > previous.rev) return
  if (commit.rev === previous.rev && commit.data === previous.data) return
  throw new SyncViolation('stale-rev', `${commit.rev} is not after ${previous.rev}`)
}
