import { type DidString, toDatetimeString } from '@atproto/syntax'
import { matchesPackagePattern } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { cursorAt, type ListedRevocation, listRevocations, readCursor } from '../revocations/index.ts'
import { administrators, type XrpcContext } from './context.ts'
import { mayRead } from './read-set.ts'

type Listed = app.npm.registry.getRevocations.Revocation

/** Versions that ceased to be installable after they were, and those that are so again: of what the viewer may read. */
export function getRevocations(context: XrpcContext): void {
  method(context.server, app.npm.registry.getRevocations, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer, packages, cursor = '0', limit = 500 }, auth }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const rows = await listRevocations(context.db, await readCursor(context.db, cursor), limit)
      const last = rows.at(-1)
      const covered = rows.filter(
        ({ name }) => packages === undefined || packages.some((pattern) => matchesPackagePattern(name, pattern)),
      )
      const seesAll = auth.iss === context.network.peers.appliance.did && viewer === auth.iss
      const readable = seesAll ? covered : await keepReadable(context, viewer, covered)
      return {
        revocations: readable.map(viewOf),
        // Also when nothing is told: what was looked at needs no second look.
        cursor: last === undefined ? cursor : cursorAt(last),
        more: rows.length === limit,
      }
    },
  })
}

/** What comes from upstream everybody may read. */
async function keepReadable(
  context: XrpcContext,
  viewer: string,
  rows: readonly ListedRevocation[],
): Promise<ListedRevocation[]> {
  const known = new Map<string, boolean>()
  const kept: ListedRevocation[] = []
  for (const row of rows) {
    const key = `${row.origin} ${row.name}`
    const readable =
      known.get(key) ?? (row.source === 'upstream' || (await mayRead(context, row.origin, viewer, row.name)))
    known.set(key, readable)
    if (readable) kept.push(row)
  }
  return kept
}

function viewOf({ id, source, origin, name, version, state, kind, reason, integrity, at }: ListedRevocation): Listed {
  return {
    seq: id,
    source,
    ...(source === 'private' ? { org: origin as DidString } : {}),
    name,
    version,
    state,
    ...(kind === null ? {} : { kind }),
    ...(reason === null ? {} : { reason }),
    ...(integrity === null ? {} : { integrity }),
    at: toDatetimeString(at),
  }
}
