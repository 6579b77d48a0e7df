import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { kindOf } from '#common/operations/index.ts'
import { noteRefusal } from '../../audit-log/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { composeAsked, type OperationOutcome, runOperation } from '../../operations/index.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation, type Organisation } from '../find-organisation.ts'
import { requesterOf } from '../requester.ts'
import { otpOf, sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'

/** One change of a package that is there, as npm asks for it. */
export interface Change {
  name: PackageName
  /** Of the operation. */
  procedure: string
  /** What is asked for, besides procedure and name: who asks the same again, with a code, means the same operation. */
  asked: readonly unknown[]
  /**
   * The input of the operation but its record and time.
   * @throws what would be refused at the ceremony's end
   */
  inputFor(org: Organisation): Promise<object>
}

/**
 * Has a package changed by an approved operation: the first request opens the approval, the second brings the code.
 * @throws NotPrivate, Forbidden, InvalidOperation, InvalidCode, what `inputFor` throws, what the org PDS refuses
 */
export async function changePackage(
  gateway: GatewayContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  change: Change,
): Promise<FastifyReply> {
  const session = sessionOf(request)
  const { name, procedure, asked } = change
  try {
    const outcome = await runOperation(gateway.ceremony, {
      session,
      requester: requesterOf(request),
      request: sha256(JSON.stringify([procedure, name.name, ...asked])),
      otp: otpOf(request.headers),
      compose: () => compose(gateway, session, change),
    })
    return answer(gateway, reply, name, outcome)
  } catch (error) {
    await noteRefusal(gateway.audit, { session, subject: `${procedure} ${name.name}`, error })
    throw error
  }
}

async function compose(gateway: GatewayContext, session: Session, { name, procedure, inputFor }: Change) {
  const kind = kindOf(procedure)
  const org = await findOrganisation(gateway, session, name)
  const about = kind.action === 'manage' ? '*' : name.name
  await checkPermission(gateway, session, { org, kind, package: about })
  return composeAsked(gateway.clock, { org: org.did, procedure, input: await inputFor(org) })
}

function answer(
  { updates }: GatewayContext,
  reply: FastifyReply,
  { name }: PackageName,
  outcome: OperationOutcome,
): FastifyReply {
  if ('approval' in outcome) return sendOtpRequest(reply, outcome.approval)
  // Other gateways hear of it from the AppView; this one must know before the person's next request.
  updates.packageChanged(name)
  updates.rightsChanged()
  return reply.code(201).send({ ok: true, id: name })
}
