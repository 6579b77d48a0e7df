import type { DidString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { administrators, type XrpcContext } from './context.ts'
import { viewOrg } from './read-set.ts'
import { strongRef } from './strong-ref.ts'

/** The rules in effect: all for those who manage, those about themselves for everybody else. */
export function listPermissions(context: XrpcContext): void {
  method(context.server, app.npm.registry.listPermissions, {
    auth: context.authorize(administrators),
    handler: async ({ params: { org, viewer }, auth }) => {
      const { state, seesAll, subjects } = await viewOrg(context, org, viewer, auth.iss)
      const permissions = state.effective.flatMap(({ collection, rkey, cid, value, approvedBy }) => {
        if (value.kind !== 'permission' || value.retired) return []
        const { subject, action, packages, effect } = value
        if (!seesAll && !subjects.has(subject)) return []
        const record = strongRef(org, collection, rkey, cid)
        return [{ id: rkey, subject, action, packages, effect, record, approvedBy: approvedBy as DidString }]
      })
      return { permissions }
    },
  })
}
