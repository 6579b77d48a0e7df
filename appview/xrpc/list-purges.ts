import type { DidString } from '@atproto/syntax'
import { toDatetimeString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { digestsOf, type EffectivePurge, listEffective } from '../purges/index.ts'
import { readers, type XrpcContext } from './context.ts'

type Listed = app.npm.registry.listPurges.Purge

const maxDigests = 100

/** Every purge in effect, from the first on: a gateway that was away learns here what to delete. */
export function listPurges(context: XrpcContext): void {
  method(context.server, app.npm.registry.listPurges, {
    auth: context.authorize(readers),
    handler: async ({ params: { cursor = '0', limit = 500 } }) => {
      if (!/^\d{1,15}$/.test(cursor))
        throw new AtollError('InvalidRequest', { reason: 'the cursor is not one of ours' })
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const page = await listEffective(context.db, Number(cursor), limit)
      const purges: Listed[] = []
      for (const purge of page) purges.push(viewOf(purge, await digestsOf(context.db, purge)))
      return { purges, cursor: String(page.at(-1)?.id ?? cursor), more: page.length === limit }
    },
  })
}

function viewOf({ org, name, value, approvedBy, effectiveAt }: EffectivePurge, digests: string[]): Listed {
  return {
    source: value.kind === 'purge' ? 'private' : 'upstream',
    org: org as DidString,
    name,
    version: value.version,
    reason: value.reason,
    by: approvedBy as DidString,
    at: toDatetimeString(effectiveAt),
    digests: digests.slice(0, maxDigests),
  }
}
