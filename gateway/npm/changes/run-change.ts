import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { noteRefusal } from '../../audit-log/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { type AskedInput, runOperation } from '../../operations/index.ts'
import { requesterOf } from '../requester.ts'
import { otpOf, sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'

/** What npm asks to be changed, of a package or an organisation. */
export interface AskedChange {
  /** For the audit log: "dist-tag", "unpublish". */
  what: string
  /** Of what: the package, or the organisation's scope. */
  subject: string
  /** All that is asked for besides: who asks the same again, with a code, means the same operation. */
  asked: readonly unknown[]
  /** @returns undefined when everything is as asked for already */
  compose(session: Session): ReturnType<AskedInput['compose']>
  /** Called when it is executed: this gateway must know before the person's next request. */
  done(): void
}

/**
 * Has something changed by an approved operation: the first request opens the approval, the second brings the code.
 * @throws what `compose` throws, InvalidCode, what the org PDS refuses
 */
export async function runChange(
  { ceremony, audit }: Pick<GatewayContext, 'ceremony' | 'audit'>,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { what, subject, asked, compose, done }: AskedChange,
): Promise<FastifyReply> {
  const session = sessionOf(request)
  try {
    const outcome = await runOperation(ceremony, {
      session,
      requester: requesterOf(request),
      request: sha256(JSON.stringify([what, subject, ...asked])),
      otp: otpOf(request.headers),
      compose: () => compose(session),
    })
    if (outcome !== undefined && 'approval' in outcome) return sendOtpRequest(reply, outcome.approval)
    done()
    return reply.code(201).send({ ok: true, id: subject })
  } catch (error) {
    await noteRefusal(audit, { session, subject: `${what} ${subject}`, error })
    throw error
  }
}
