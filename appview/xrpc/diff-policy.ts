import { AtollError } from '#common/errors/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { diffPolicies } from '../trials/index.ts'
import { policyKeepers, type XrpcContext } from './context.ts'
import { viewOfVerdict } from './view-of-verdict.ts'

/** A page of what another policy would change. Nothing is applied: policy is what the box was started with. */
export function diffPolicy(context: XrpcContext): void {
  method(context.server, app.npm.registry.diffPolicy, {
    auth: context.authorize(policyKeepers),
    handler: async ({ input }) => {
      const { db, clock, privateNames, policy: from } = context
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const parsed = policySchema.safeParse(input.policy)
      if (!parsed.success) throw new AtollError('InvalidPolicy', { reason: parsed.error.issues[0]?.message })
      const policies = { from, to: parsed.data }
      const page = await diffPolicies({ db, now: clock.now(), privateNames, policies, after: input.after })
      const changes = page.changes.map(({ facts: { name, version, source }, from: before, to }) => ({
        ...{ package: name, version, source, from: viewOfVerdict(before), to: viewOfVerdict(to) },
      }))
      const { packages, versions, total, after } = page
      return { changes, packages, versions, total, ...(after === undefined ? {} : { after }) }
    },
  })
}
