import { toDatetimeString } from '@atproto/syntax'
import { parsePackageName } from '#common/names/index.ts'
import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'
import type { DownloadedVersion } from '../../downloads/index.ts'
import { askerOf } from './asker-of.ts'
import { visibleOrigins } from './visible-origins.ts'

const dayMs = 86_400_000

/** Which versions are in use: the same journal as that of who has downloaded what, told to the same people. */
export function mountCounts(server: Server, context: GatewayContext): void {
  const { clock, downloads, downloadStore, peers } = context
  method(server, app.npm.gateway.countDownloads, {
    auth: askerOf(context),
    handler: async ({ params: { versions, upstream = false, days }, auth: asker }) => {
      const wanted = versions.map(parse)
      const names = [...new Set(wanted.map(({ name }) => name.toLowerCase()))]
      const origins = await visibleOrigins(peers.appview, asker, names)
      await downloads.flush()
      const since = days === undefined ? undefined : new Date(clock.now() - (days - 1) * dayMs)
      const found = await downloadStore.uses({ versions: wanted, upstream, origins, since })
      const uses = found.map(({ name, version, accounts, tokens, downloads: count, last_at: lastAt }) => ({
        ...{ package: name, version, accounts: Number(accounts), tokens: Number(tokens), downloads: Number(count) },
        lastAt: toDatetimeString(lastAt),
      }))
      return { uses, keepDays: downloads.keepDays }
    },
  })
}

/** @param spec name@version, whatever upstream takes for a version. @throws InvalidName */
function parse(spec: string): DownloadedVersion {
  const at = Math.max(spec.lastIndexOf('@'), 0)
  return { name: parsePackageName(spec.slice(0, at)).exact, version: spec.slice(at + 1) }
}
