import { z } from 'zod'
import type { PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'

const pageSize = 500
const pageSchema = z.object({
  cursor: z.string().optional(),
  repos: z.array(z.object({ did: z.string().startsWith('did:'), rev: z.string(), active: z.boolean().default(true) })),
})

export type ListedRepo = z.output<typeof pageSchema>['repos'][number]

/**
 * Every repository a PDS says it hosts.
 * @throws AtollError when it does not answer; ZodError when it answers nonsense
 */
export async function* listRepos(host: PeerClient, signal: AbortSignal): AsyncGenerator<ListedRepo> {
  let cursor: string | undefined
  do {
    const params = { limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) }
    const page = pageSchema.parse(await (await host.fetch(atproto.listRepos, params, { signal })).json())
    yield* page.repos
    // A host that repeats its cursor would keep us here for ever.
    cursor = page.cursor === cursor ? undefined : page.cursor
  } while (cursor !== undefined)
}
