import { SyncViolation } from '../violation.ts'
import type { ReceivedCommit } from './context.ts'

/**
 * Revisions of a repository only rise, so an old or repeated commit is recognised without looking further.
 * @throws SyncViolation stale-rev
 */
export function checkRevIsNewer({ event, repo: { previous } }: ReceivedCommit): void {
  if (previous === undefined || event.rev > previous.rev) return
  throw new SyncViolation('stale-rev', `${event.rev} is not after ${previous.rev}`)
}
