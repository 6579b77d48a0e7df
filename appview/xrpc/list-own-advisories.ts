import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { isMeant, type OwnAdvisoryFound, ownAdvisories } from '../advisories/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { isReadable, whereFound } from './found-for.ts'
import { offsetOf } from './offset-of.ts'

/** What organisations of this registry wrote. About packages the viewer may not read there is nothing. */
export function listOwnAdvisories(context: XrpcContext): void {
  method(context.server, app.npm.security.listAdvisories, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer, name, id, all = false, limit = 100, cursor }, auth }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const names = name === undefined ? undefined : [parsePackageName(name).name]
      const own = (await ownAdvisories(context.db, { names, id })).filter(
        ({ advisory }) => all || advisory.withdrawn === undefined,
      )
      const seesAll = auth.iss === context.network.peers.appliance.did && viewer === auth.iss
      const seen = seesAll ? own : await readable(context, viewer, own)
      const sorted = seen.toSorted((a, b) => Date.parse(b.advisory.modified) - Date.parse(a.advisory.modified))
      const offset = offsetOf(cursor)
      const page = sorted.slice(offset, offset + limit)
      return {
        advisories: page.map(({ source, advisory, own: record }) => ({ source, advisory, own: record })),
        ...(sorted.length > offset + limit ? { cursor: String(offset + limit) } : {}),
      }
    },
  })
}

/** An organisation's advisory about a name that is neither its own nor upstream's is about nothing. */
async function readable(
  context: XrpcContext,
  viewer: string,
  own: readonly OwnAdvisoryFound[],
): Promise<OwnAdvisoryFound[]> {
  const rows = await whereFound(
    context,
    own.map(({ name }) => name),
  )
  const kept: OwnAdvisoryFound[] = []
  for (const one of own) {
    const row = rows.get(one.name)
    const concerned = row !== undefined && row.source !== 'none' && isMeant({ ...one, internal: true }, row)
    if (concerned && (await isReadable(context, row, { name: one.name, viewer }))) kept.push(one)
  }
  return kept
}
