import type { FastifyReply, FastifyRequest } from 'fastify'
import { notingRefusal } from '../audit-log/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import type { OperationRow } from '../database/tables.ts'
import { type AskedInput, runOperation } from '../operations/index.ts'
import { requesterOf } from './requester.ts'
import { otpOf, sendOtpRequest } from './send-otp-request.ts'

type Composed = Awaited<ReturnType<AskedInput['compose']>>

/** Who asks, and how they are answered. */
export interface Exchange {
  session: Session
  request: FastifyRequest
  reply: FastifyReply
}

export interface AskedApproval<Drafted extends Composed> extends Pick<AskedInput, 'upload'> {
  /** For the audit log, when it is refused. */
  subject: string
  /** SHA-256 of what is asked: who asks the same again, with a code, means the same operation. */
  fingerprint: Buffer
  /** @returns undefined when there is nothing to do */
  compose(): Promise<Drafted>
}

/**
 * Either half of the ceremony, answered: the first call opens the approval and sends where it is, the second brings the code. What is
 * refused stands in the audit log.
 * @returns what was executed; or that the answer is sent, 401 with where to approve it; or that there was nothing to do
 * @throws what `compose` throws; InvalidCode, and what the org PDS or the AppView refuses
 */
export async function askForApproval<Drafted extends Composed>(
  { ceremony, audit }: Pick<GatewayContext, 'ceremony' | 'audit'>,
  { session, request, reply }: Exchange,
  { subject, fingerprint, ...what }: AskedApproval<Drafted>,
): Promise<OperationRow | 'sent' | (undefined extends Drafted ? undefined : never)> {
  return notingRefusal(audit, { session, subject }, async () => {
    const asked = { session, requester: requesterOf(request), request: fingerprint, otp: otpOf(request.headers) }
    const outcome = await runOperation(ceremony, { ...asked, ...what })
    if (outcome === undefined) return undefined as undefined extends Drafted ? undefined : never
    if ('done' in outcome) return outcome.done
    sendOtpRequest(reply, outcome.approval)
    return 'sent'
  })
}
