import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { kindOf } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { composeAsked } from '../../operations/index.ts'
import { checkPermission } from '../check-permission.ts'
import { findOrganisation, type Organisation } from '../find-organisation.ts'
import { type AskedChange, runChange } from './run-change.ts'

/** One change of a package that is there, as npm asks for it. */
export interface Change extends Pick<AskedChange, 'what' | 'asked'> {
  name: PackageName
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
 * Has a package changed by an approved operation.
 * @throws NotPrivate, Forbidden, InvalidOperation, InvalidCode, what `plan` throws, what the org PDS refuses
 */
export function changePackage(
  gateway: GatewayContext,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  change: Change,
): Promise<FastifyReply> {
  const { name, what, asked } = change
  return runChange(gateway, exchange, {
    what,
    subject: name.name,
    asked,
    compose: (session) => compose(gateway, session, change),
    done() {
      // Other gateways hear of it from the AppView.
      gateway.updates.packageChanged(name.name)
      gateway.updates.rightsChanged()
    },
  })
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
