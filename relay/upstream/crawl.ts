import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { sendXrpc } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { HostContext } from './host-context.ts'

const pageSchema = z.object({
  cursor: z.string().max(1024).optional(),
  repos: z.array(z.object({ did: z.string().max(2048), rev: z.string(), active: z.boolean().optional() })).max(1000),
})
type ListedRepo = z.output<typeof pageSchema>['repos'][number]

const pageSize = 500
const maxPages = 20_000

/**
 * The repositories of which the host has a newer state than we have. The firehose brings most of them by itself, so it
 * is given a little time first; what is left was written before we knew the host, or lost.
 */
export async function findRepositoriesBehind(host: HostContext, signal: AbortSignal): Promise<string[]> {
  const seen: ListedRepo[] = []
  for await (const repo of listRepos(host, signal)) {
    if (repo.active !== false && (await isBehind(host, repo))) seen.push(repo)
  }
  if (seen.length === 0) return []
  await sleep(host.crawl.graceSeconds * 1000, undefined, { signal })
  const behind: string[] = []
  for (const repo of seen) {
    if (await isBehind(host, repo)) behind.push(repo.did)
  }
  return behind
}

async function* listRepos({ url, role, auth }: HostContext, signal: AbortSignal): AsyncGenerator<ListedRepo> {
  let cursor: string | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const headers = { authorization: `Bearer ${await auth.tokenFor(role, atproto.listRepos)}` }
    const query = new URLSearchParams({ limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) })
    const response = await sendXrpc(`${role} PDS`, `${url}/xrpc/${atproto.listRepos}?${query}`, { headers }, { signal })
    const { repos, cursor: next } = pageSchema.parse(await response.json())
    yield* repos
    if (next === undefined || next === cursor || repos.length === 0) return
    cursor = next
  }
}

async function isBehind({ log }: HostContext, { did, rev }: ListedRepo): Promise<boolean> {
  const state = await log.findRepo(did)
  return state?.rev === undefined || state.rev === null || state.rev < rev
}
