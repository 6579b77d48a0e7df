import { toDatetimeString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { readProgress } from '../ingest/write-alone.ts'
import { type Db, network } from '../schema/index.ts'
import type { UpstreamStatus } from '../upstream/upstream.ts'
import { administrators, type XrpcContext } from './context.ts'

/** How far the index is, and how the registries outside are. Ready: complete, following the relay, and nothing left to read. */
export function getStatus(context: XrpcContext): void {
  method(context.server, app.npm.registry.getStatus, {
    auth: context.authorize(administrators),
    handler: async () => {
      const { cursor, backfilled } = await readProgress(context.db)
      const counts = await countIndexed(context.db)
      const ready = backfilled && context.ingest.live && counts.desynchronised === 0
      const upstreams = (await context.upstream.status()).map(describeUpstream)
      const relaySeq = Math.max(context.ingest.newestSeq, cursor ?? 0)
      return { ready, cursor: cursor ?? 0, relaySeq, ...counts, upstreams }
    },
  })
}

function describeUpstream({ lastSuccess, lastFailure, ...rest }: UpstreamStatus) {
  return {
    ...rest,
    ...(lastSuccess === undefined ? {} : { lastSuccess: toDatetimeString(lastSuccess) }),
    ...(lastFailure === undefined
      ? {}
      : { lastFailure: toDatetimeString(lastFailure.at), failure: lastFailure.reason }),
  }
}

/** What is in the index, and how many repositories have to be read again. */
export async function countIndexed(db: Db): Promise<{ repos: number; versions: number; desynchronised: number }> {
  const { repos, desynchronised } = await db
    .selectFrom('repo')
    .where('network', '=', network)
    .select(({ fn, and, eb }) => [
      fn.countAll<number>().as('repos'),
      fn
        .countAll<number>()
        .filterWhere(and([eb('state', '<>', 'synchronised'), eb('active', '=', true)]))
        .as('desynchronised'),
    ])
    .executeTakeFirstOrThrow()
  const { versions } = await db
    .selectFrom('version')
    .where('network', '=', network)
    .select(({ fn }) => fn.countAll<number>().as('versions'))
    .executeTakeFirstOrThrow()
  return { repos, versions, desynchronised }
}
