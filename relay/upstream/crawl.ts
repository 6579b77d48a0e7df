import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { atproto } from '#lexicons'
import type { HostContext } from './host-context.ts'

const pageSchema = z.object({
  cursor: z.string().max(1024).optional(),
  repos: z.array(z.object({ did: z.string().max(2048), rev: z.string(), active: z.boolean().optional() })).max(1000),
})
type ListedRepo = z.output<typeof pageSchema>['repos'][number]

const pageSize = 500
const maxPages = 20_000
const maxPageBytes = 4_000_000

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

async function* listRepos({ pds }: HostContext, signal: AbortSignal): AsyncGenerator<ListedRepo> {
  let cursor: string | undefined
  for (let asked = 0; asked < maxPages; asked += 1) {
    const params = { limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) }
    const page = await pds.ask(atproto.listRepos, params, { maxBytes: maxPageBytes, signal })
    const { repos, cursor: next } = pageSchema.parse(JSON.parse(Buffer.from(page).toString('utf8')))
    yield* repos
    if (next === undefined || next === cursor || repos.length === 0) return
    cursor = next
  }
}

async function isBehind({ log }: HostContext, { did, rev }: ListedRepo): Promise<boolean> {
  const state = await log.findRepo(did)
  return state?.rev === undefined || state.rev === null || state.rev < rev
}
