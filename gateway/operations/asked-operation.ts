import type { ComposedOperation } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { Requester } from '../auth/sign-in/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { OperationRow } from '../database/tables.ts'
import type { FileDigests, TemporaryFile } from '../files/index.ts'

/** How long an operation may wait for its person; its `expiry`, and the life of what is parked for it. */
export const operationLifetimeSeconds = 600

/** An operation somebody asks for, ready for its approval. */
export interface AskedOperation {
  session: Session
  requester: Requester
  /** SHA-256 of what was asked, without times: who asks the same again, with a code, means this operation. */
  request: Buffer
  composed: ComposedOperation & { write?: BuiltRecord }
  upload: ReceivedTarball | undefined
  /** What says where the upload was built. */
  bundle?: ReceivedTarball | undefined
  /** What is parked already and for longer, in place of both: what was staged. */
  parked?: Pick<OperationRow, 'integrity' | 'bundle_integrity'> | undefined
}

export interface ReceivedTarball {
  file: TemporaryFile
  digests: FileDigests
}

/** What npm needs to send its person to the approval and to collect the code. */
export interface OpenedApproval {
  authUrl: string
  doneUrl: string
}
