import type { ComposedOperation } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { OperationRow } from '../database/tables.ts'
import type { AskedOperation, OpenedApproval } from './asked-operation.ts'
import type { Ceremony } from './ceremony.ts'
import type { HeldBack } from './check-effect.ts'

/** An operation as somebody asks for it. */
export interface AskedInput extends Pick<AskedOperation, 'session' | 'requester' | 'request' | 'parked'> {
  /** What it is about, as it comes with either request: the same bytes. */
  upload?: AskedOperation['upload']
  /** What npm sent as `npm-otp`. */
  otp: string | undefined
  /**
   * Checks what can be checked before anybody approves it, and composes it; not called when there is one to finish.
   * @returns undefined when there is nothing to do
   */
  compose(): Promise<(ComposedOperation & { write?: BuiltRecord }) | undefined>
}

/** It was executed, or it waits for its person; undefined when there was nothing to do. */
export type OperationOutcome = { done: OperationRow; heldBack: HeldBack } | { approval: OpenedApproval } | undefined

/**
 * Either half of npm's OTP flow (DESIGN §2): the first request opens the approval, the one that brings the code finishes what
 * the same token asked for in the same words.
 * @throws what `compose` throws; InvalidCode; what the org PDS refuses; TooManyRequests, IndexLagging, ComponentUnavailable
 */
export async function runOperation(ceremony: Ceremony, asked: AskedInput): Promise<OperationOutcome> {
  const { session, requester, request, otp, parked, upload } = asked
  const waiting = otp === undefined ? undefined : await ceremony.find(session, request)
  if (otp !== undefined && waiting !== undefined) {
    const heldBack = await ceremony.complete(waiting, otp, upload === undefined ? [] : [upload])
    return { done: waiting, heldBack }
  }
  const composed = await asked.compose()
  if (composed === undefined) return undefined
  return { approval: await ceremony.open({ session, requester, request, composed, upload, parked }) }
}
