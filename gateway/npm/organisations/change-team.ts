import type { FastifyReply, FastifyRequest } from 'fastify'
import { putTeam } from '#common/operations/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { composeAsked } from '../../operations/index.ts'
import { runChange } from '../changes/index.ts'
import { checkPermission } from '../check-permission.ts'
import type { Organisation } from '../find-organisation.ts'
import { orgOfScope } from './org-of-scope.ts'

/** A change of one team, as npm asks for it. */
export interface TeamChange {
  /** As npm names the organisation. */
  scope: string
  what: string
  /** The team, and what is asked for besides. */
  asked: readonly unknown[]
  /** @returns the input of the operation but the record and the time; undefined when it is so already */
  plan(session: Session, org: Organisation): Promise<object | undefined>
}

/**
 * `npm team create`, `destroy`, `add` and `rm`: each an operation that somebody who manages the organisation approves.
 * @throws NotFound, Forbidden, InvalidOperation, InvalidCode, what `plan` throws, what the org PDS refuses
 */
export function changeTeam(
  gateway: GatewayContext,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  { scope, what, asked, plan }: TeamChange,
): Promise<FastifyReply> {
  return runChange(gateway, exchange, {
    what,
    subject: scope,
    asked,
    async compose(session) {
      const org = await orgOfScope(gateway, session, scope)
      // Before teams are looked at, of which others see only their own.
      await checkPermission(gateway, session, { org, kind: putTeam, package: '*' })
      const input = await plan(session, org)
      return input && composeAsked(gateway.clock, { org: org.did, procedure: putTeam.procedure, input })
    },
    done: () => gateway.updates.rightsChanged(),
  })
}
