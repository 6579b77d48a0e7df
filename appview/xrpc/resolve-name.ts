import type { DidString, HandleString } from '@atproto/syntax'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { resolveName as resolve } from '../resolve/resolve-name.ts'
import { administrators, type XrpcContext } from './context.ts'
import { whereIs } from './find-outside.ts'
import { isRendered, mayRead } from './read-set.ts'

/** Where a name is found (DESIGN §3), and whether there is something this viewer may read. */
export function resolveName(context: XrpcContext): void {
  method(context.server, app.npm.registry.resolveName, {
    auth: context.authorize(administrators),
    handler: async ({ params }) => {
      const asked = parsePackageName(params.name)
      const { name } = asked
      const row = params.did === undefined ? await resolve(context, asked) : await whereIs(context, params.did)
      if (row.source === 'public') return { source: row.source, name, org: row.did as DidString }
      if (row.source !== 'private') return { source: row.source, name }
      const exists =
        (await mayRead(context, row.org, params.viewer, name)) && (await isRendered(context, row.org, name))
      const handle = (await findRepo(context.db, row.org))?.handle as HandleString | null | undefined
      const of = { org: row.org as DidString, ...(handle == null ? {} : { handle }) }
      return { source: 'private' as const, name, ...of, exists }
    },
  })
}
