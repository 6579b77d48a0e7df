import { SyncViolation } from '../violation.ts'
import type { ReceivedCommit } from './context.ts'

/**
 * The commit continues exactly the state we have. `gap` means it continues another one: the repository must be fetched.
 * A repository's first commit has no state before it.
 * @throws SyncViolation missing-prev-data, gap
 */
export function checkPrevData({ event: { prevData }, repo: { previous } }: ReceivedCommit): void {
  if (previous === undefined) {
    if (prevData === null || prevData === undefined) return
    throw new SyncViolation('gap', 'a repository never seen before')
  }
  if (prevData === null || prevData === undefined) throw new SyncViolation('missing-prev-data', 'no prevData')
  if (prevData !== previous.data) throw new SyncViolation('gap', `continues ${prevData}, we have ${previous.data}`)
}
