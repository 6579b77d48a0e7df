import semver from 'semver'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import type { WantedDownloads } from '../../downloads/index.ts'
import { askerOf } from './asker-of.ts'
import { readCursor, writeCursor } from './read-cursor.ts'
import { viewOf } from './view-of.ts'
import { visibleOrigins } from './visible-origins.ts'

type Params = app.npm.gateway.listDownloads.$Params

/** Who has downloaded what. */
export function mountDownloads(server: Server, context: GatewayContext): void {
  const { downloads, downloadStore, peers } = context
  method(server, app.npm.gateway.listDownloads, {
    auth: askerOf(context),
    handler: async ({ params, auth: asker }) => {
      const asked = parsePackageName(params.name)
      const origins = await visibleOrigins(peers.appview, asker, [asked.name])
      // What this gateway has not written down yet belongs to the answer.
      await downloads.flush()
      const wanted = await readWanted(context, asked.exact, params, origins)
      const limit = params.limit ?? 500
      const after = params.cursor === undefined ? undefined : readCursor(params.cursor)
      const found = await downloadStore.page(wanted, { after, limit: limit + 1 })
      const last = found.length > limit ? found[limit - 1] : undefined
      const cursor = last === undefined ? {} : { cursor: writeCursor({ ...last, tokenId: last.token_id }) }
      const totals = await downloadStore.totals(wanted)
      return { totals, downloads: found.slice(0, limit).map(viewOf), keepDays: downloads.keepDays, ...cursor }
    },
  })
}

/** @throws InvalidRange */
async function readWanted(
  { downloadStore }: GatewayContext,
  name: string,
  { range = '*', tree }: Params,
  origins: string[] | undefined,
): Promise<WantedDownloads> {
  const parsed = semver.validRange(range, { loose: true })
  if (parsed === null) throw new AtollError('InvalidRange', { range })
  const known = await downloadStore.versions({ name, origins })
  const versions = known.filter((version) =>
    semver.satisfies(version, parsed, { includePrerelease: true, loose: true }),
  )
  return { name, versions, origins, tree }
}
