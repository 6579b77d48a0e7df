import type { ImportList } from '#common/imports/index.ts'
import type { ImportInput } from '#common/operations/index.ts'
import type { OperationContext } from '../context.ts'

export interface ImportContext extends OperationContext<ImportInput> {
  /** Set by receiveList. */
  bytes?: Buffer
  /** Set by receiveList. */
  list?: ImportList
  /** Set by checkMayPublish: keys of the groups in which the person is. */
  groups?: ReadonlySet<string>
}
