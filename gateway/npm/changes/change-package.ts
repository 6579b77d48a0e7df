import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { kindOf } from '#common/operations/index.ts'
import { noteRefusal } from '../../audit-log/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { composeAsked, runOperation } from '../../operations/index.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation, type Organisation } from '../find-organisation.ts'
import { requesterOf } from '../requester.ts'
import { otpOf, sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'

/** One change of a package that is there, as npm asks for it. */
export interface Change {
  name: PackageName
  /** For the audit log: "dist-tag", "unpublish". */
  what: string
  /** All that is asked for besides: who asks the same again, with a code, means the same operation. */
  asked: readonly unknown[]
  /**
   * Finds out which operation it is.
   * @returns undefined when everything is as asked for already
   * @throws what makes no sense, or would be refused at the ceremony's end
   */
  plan(org: Organisation): Promise<PlannedOperation | undefined>
}

export interface PlannedOperation {
  procedure: string
  /** Its input but the record and the time. */
  input: object
}

/**
 * Has a package changed by an approved operation: the first request opens the approval, the second brings the code.
 * @throws NotPrivate, Forbidden, InvalidOperation, InvalidCode, what `plan` throws, what the org PDS refuses
 */
export async function changePackage(
  gateway: GatewayContext,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  change: Change,
): Promise<FastifyReply> {
  const session = sessionOf(request)
  const { name, what, asked } = change
  try {
    const outcome = await runOperation(gateway.ceremony, {
      session,
      requester: requesterOf(request),
      request: sha256(JSON.stringify([what, name.name, ...asked])),
      otp: otpOf(request.headers),
      compose: () => compose(gateway, session, change),
    })
    if (outcome !== undefined && 'approval' in outcome) return sendOtpRequest(reply, outcome.approval)
    // Other gateways hear of it from the AppView; this one must know before the person's next request.
    gateway.updates.packageChanged(name.name)
    gateway.updates.rightsChanged()
    return reply.code(201).send({ ok: true, id: name.name })
  } catch (error) {
    await noteRefusal(gateway.audit, { session, subject: `${what} ${name.name}`, error })
    throw error
  }
}

async function compose(gateway: GatewayContext, session: Session, { name, plan }: Change) {
  const org = await findOrganisation(gateway, session, name)
  const planned = await plan(org)
  if (planned === undefined) return undefined
  const { procedure, input } = planned
  const kind = kindOf(procedure)
  if (kind.action === undefined) throw new AtollError('NotSupported', { what: procedure })
  await checkPermission(gateway, session, { org, kind, package: kind.action === 'manage' ? '*' : name.name })
  return composeAsked(gateway.clock, { org: org.did, procedure, input })
}
