import { isValidNsid } from '@atproto/syntax'
import { z } from 'zod'
import type { Server } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { EventLog } from '../log/index.ts'
import { parseQuery } from '../serve/index.ts'

const asked = z.object({
  collection: z.string().max(317).refine(isValidNsid),
  limit: z.coerce.number().int().min(1).max(2000).default(500),
  cursor: z.string().max(2048).default(''),
})

/** Who has records of a kind: https://docs.bsky.app/docs/api/com-atproto-sync-list-repos-by-collection. */
export function mountCollections(server: Server, log: EventLog): void {
  server.get(`/xrpc/${atproto.listReposByCollection}`, async (request) => {
    const { collection, limit, cursor } = parseQuery(asked, request.query)
    const dids = await log.listReposByCollection(collection, cursor, limit)
    return { repos: dids.map((did) => ({ did })), ...(dids.length < limit ? {} : { cursor: dids.at(-1) }) }
  })
}
