import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { EventLog, RepoState } from '../log/index.ts'
import { parseQuery } from './parse-query.ts'
import type { Readers } from './readers.ts'

const byDid = z.object({ did: z.string().startsWith('did:').max(2048) })
const paged = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(500), cursor: z.string().default('') })

/** The protocol's questions about repositories that a relay answers: https://atproto.com/specs/sync. */
export function mountQueries(server: Server, log: EventLog, readers: Readers): void {
  async function findRepo(query: unknown): Promise<RepoState> {
    const { did } = parseQuery(byDid, query)
    const repo = await log.findRepo(did)
    if (repo === undefined) throw new AtollError('RepoNotFound', { did })
    return repo
  }

  server.get(`/xrpc/${atproto.getLatestCommit}`, async (request) => {
    await readers.admit(request.raw, atproto.getLatestCommit)
    const { did, commit, rev } = await findRepo(request.query)
    if (commit === null) throw new AtollError('RepoNotFound', { did })
    return { cid: commit, rev }
  })

  server.get(`/xrpc/${atproto.getRepoStatus}`, async (request) => {
    await readers.admit(request.raw, atproto.getRepoStatus)
    const repo = await findRepo(request.query)
    return { did: repo.did, ...standingOf(repo), ...(repo.rev === null ? {} : { rev: repo.rev }) }
  })

  server.get(`/xrpc/${atproto.listRepos}`, async (request) => {
    await readers.admit(request.raw, atproto.listRepos)
    const { limit, cursor } = parseQuery(paged, request.query)
    const page = await log.listRepos(cursor, limit)
    const repos = page.map((repo) => ({ did: repo.did, head: repo.commit, rev: repo.rev, ...standingOf(repo) }))
    return { repos, ...(page.length < limit ? {} : { cursor: page.at(-1)?.did }) }
  })
}

function standingOf({ status }: RepoState): { active: boolean; status?: string } {
  return status === 'active' ? { active: true } : { active: false, status }
}
