import { isValidDid } from '@atproto/syntax'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { atproto } from '#lexicons'
import type { MirrorContext } from '../context.ts'

const pageSize = 1_000
const maxPages = 10_000
const limits = { maxBytes: 1_000_000, timeoutMs: 30_000 }
const pageSchema = z.object({
  cursor: z.string().max(4_096).optional(),
  repos: z.array(z.object({ did: z.string().startsWith('did:').max(2_048) })).max(2 * pageSize),
})

/**
 * Who has records of a collection, as far as a relay knows. Most relays cannot say.
 * @throws AtollError when it does not offer this, or is away
 */
export function listByCollection(context: MirrorContext, relay: string, collection: string): AsyncGenerator<string[]> {
  return listPages(context, `${relay}/xrpc/${atproto.listReposByCollection}`, { collection })
}

/** Everybody whom a PDS has. @throws AtollError when it is away */
export function listHosted(context: MirrorContext, host: string): AsyncGenerator<string[]> {
  return listPages(context, `${host}/xrpc/${atproto.listRepos}`, {})
}

async function* listPages(
  { outbound, stopping }: MirrorContext,
  method: string,
  asked: Record<string, string>,
): AsyncGenerator<string[]> {
  let cursor: string | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const query = { ...asked, limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) }
    const about = { package: asked['collection'] ?? method }
    const response = await outbound.fetch(`${method}?${new URLSearchParams(query)}`, {
      ...limits,
      about,
      signal: stopping,
    })
    if (response.status !== 200) {
      response.body.destroy()
      throw new AtollError('UpstreamUnavailable', { ...about, reason: `it answers ${response.status}` })
    }
    const parsed = pageSchema.parse(JSON.parse((await response.bytes()).toString('utf8')))
    yield parsed.repos.map(({ did }) => did).filter(isValidDid)
    if (parsed.cursor === undefined || parsed.cursor === cursor || parsed.repos.length === 0) return
    cursor = parsed.cursor
  }
}
