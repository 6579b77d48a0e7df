import { actions, refusalOf } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { deciders, type XrpcContext } from './context.ts'

/** Whether a person may do this now, and what is missing if not. */
export function checkPermission(context: XrpcContext): void {
  method(context.server, app.npm.registry.checkPermission, {
    auth: context.authorize(deciders),
    handler: async ({ params }) => {
      const { org, actor, package: name, irrevocable } = params
      const action = actions.find((known) => known === params.action)
      if (action === undefined) throw new AtollError('InvalidRequest', { reason: `"${params.action}" is no action` })
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const enforcer = await context.enforcers.of(org)
      const refusal = refusalOf(enforcer, actor, { action, irrevocable }, name)
      if (refusal === undefined) return { allowed: true }
      if (refusal === 'break-glass') return { allowed: false, breakGlass: true }
      return { allowed: false, missing: name === '*' ? action : `${action} on ${name}` }
    },
  })
}
