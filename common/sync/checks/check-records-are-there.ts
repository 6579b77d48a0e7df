import { SyncViolation } from '../violation.ts'
import type { OpenedCommit } from './context.ts'

/**
 * The new record of every creation and update came along.
 * @throws SyncViolation missing-block
 */
export function checkRecordsAreThere({ event, blocks }: OpenedCommit): void {
  for (const { path, cid } of event.ops) {
    if (cid !== null && !blocks.has(cid)) throw new SyncViolation('missing-block', `record ${path}`)
  }
}
