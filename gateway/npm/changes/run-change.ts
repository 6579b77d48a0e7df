import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { AskedInput } from '../../operations/index.ts'
import { askForApproval } from '../ask-for-approval.ts'
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
  gateway: Pick<GatewayContext, 'ceremony' | 'audit'>,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { what, subject, asked, compose, done }: AskedChange,
): Promise<FastifyReply> {
  const session = sessionOf(request)
  const executed = await askForApproval(
    gateway,
    { session, request, reply },
    {
      subject: `${what} ${subject}`,
      fingerprint: sha256(JSON.stringify([what, subject, ...asked])),
      compose: () => compose(session),
    },
  )
  if (executed === 'sent') return reply
  done()
  return reply.code(201).send({ ok: true, id: subject })
}
