import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findBuilders } from '../trials/index.ts'
import { policyKeepers, type XrpcContext } from './context.ts'

/** What clients are told to run the scripts of. */
export function listBuilders(context: XrpcContext): void {
  method(context.server, app.npm.registry.listBuilders, {
    auth: context.authorize(policyKeepers),
    handler: async ({ params: { after: since } }) => {
      const { db, clock, privateNames, policy } = context
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const page = await findBuilders({ db, now: clock.now(), privateNames, policy, after: since })
      const { packages, total, after } = page
      const builders = page.builders.map(({ name, source }) => ({ package: name, source }))
      return { builders, packages, total, ...(after === undefined ? {} : { after }) }
    },
  })
}
