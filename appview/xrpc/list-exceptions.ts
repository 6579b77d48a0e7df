import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type EffectiveException, effectiveExceptions } from '../exceptions/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { isReadable, whereFound } from './found-for.ts'
import { offsetOf } from './offset-of.ts'
import { stateOf, viewException } from './view-exception.ts'

/** Exceptions from the policy. Those of packages the viewer may not read do not exist. */
export function listExceptions(context: XrpcContext): void {
  method(context.server, app.npm.registry.listExceptions, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer, name, all = false, limit = 100, cursor }, auth }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const now = context.clock.now()
      const about = name === undefined ? undefined : parsePackageName(name).name
      const effective = (await effectiveExceptions(context.db, { name: about })).filter(
        ({ value }) => all || stateOf(value, now) === 'standing',
      )
      const seesAll = auth.iss === context.network.peers.appliance.did && viewer === auth.iss
      const seen = seesAll ? effective : await readable(context, viewer, effective)
      const sorted = seen.toSorted((a, b) => Date.parse(b.value.createdAt) - Date.parse(a.value.createdAt))
      const offset = offsetOf(cursor)
      const exceptions = sorted.slice(offset, offset + limit).map((exception) => viewException(exception, now))
      return { exceptions, ...(sorted.length > offset + limit ? { cursor: String(offset + limit) } : {}) }
    },
  })
}

/** An organisation's exception of a name that is neither its own nor upstream's is about nothing. */
async function readable(context: XrpcContext, viewer: string, exceptions: readonly EffectiveException[]) {
  const rows = await whereFound(
    context,
    exceptions.map(({ name }) => name),
  )
  const kept: EffectiveException[] = []
  for (const exception of exceptions) {
    const { name, org } = exception
    const row = rows.get(name)
    const concerned =
      row?.source === 'upstream' || row?.source === 'public' || (row?.source === 'private' && row.org === org)
    if (concerned && (await isReadable(context, row, { name, viewer }))) kept.push(exception)
  }
  return kept
}
