import { AtollError } from '#common/errors/index.ts'
import type { app } from '#lexicons'
import { maxReasonLength } from './bounds.ts'
import type { Desk } from './context.ts'
import { findRequest } from './list-requests.ts'
import { noteInAuditLog } from './note-in-audit-log.ts'

export interface Answer {
  /** Who answers. */
  did: string
  id: string
  answer: 'deny' | 'withdraw'
  /** Shown to who asked. */
  reason?: string | undefined
}

/**
 * Denies a request, or takes it back. Neither lets anything in, so neither needs the ceremony that granting does.
 * @throws NotFound for what the person has nothing to do with; NotYours; AlreadyAnswered
 */
export async function answerRequest(
  desk: Desk,
  { did, id, answer, reason = '' }: Answer,
): Promise<app.npm.operation.defs.ExceptionRequest> {
  const request = await findRequest(desk, { viewer: did, id })
  const isTheirs = answer === 'withdraw' ? request.mine : request.deciding.length > 0
  if (!isTheirs) throw new AtollError('NotYoursToAnswer', { answer })
  if (reason.length > maxReasonLength || reason.includes('\0')) {
    throw new AtollError('InvalidRequest', { reason: `the answer is longer than ${maxReasonLength} characters` })
  }
  const answered = await desk.db
    .updateTable('exception_request')
    .set({
      state: answer === 'deny' ? 'denied' : 'withdrawn',
      answered_by: did,
      answered_at: new Date(desk.clock.now()),
      answer: reason.trim() === '' ? null : reason.trim(),
    })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (answered.numUpdatedRows === 0n) throw new AtollError('AlreadyAnswered', { state: request.state })
  const subject = `${request.package}@${request.version}`
  const what = answer === 'deny' ? 'denied' : 'withdrawn'
  await noteInAuditLog(desk, { by: did, what, subject, request: id, ...(reason === '' ? {} : { reason }) })
  return findRequest(desk, { viewer: did, id })
}
