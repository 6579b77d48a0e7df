import { limits } from '../limits.ts'
import { SyncViolation } from '../violation.ts'
import type { ReceivedCommit } from './context.ts'

/**
 * Before anything is parsed that its sender chose the size of.
 * @throws SyncViolation blocks-too-large, too-many-ops
 */
export function checkSize({ event }: ReceivedCommit): void {
  if (event.blocks.length > limits.commitBlocksBytes) {
    throw new SyncViolation('blocks-too-large', `${event.blocks.length} bytes`)
  }
  if (event.ops.length > limits.ops) throw new SyncViolation('too-many-ops', `${event.ops.length} operations`)
}
