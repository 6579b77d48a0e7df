import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { EventLog, RepoState } from '../log/index.ts'

const byDid = z.object({ did: z.string().startsWith('did:').max(2048) })
const paged = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(500), cursor: z.string().default('') })

/** The protocol's questions about repositories that a relay answers: https://atproto.com/specs/sync. */
export function mountQueries(server: Server, log: EventLog, auth: PeerAuth): void {
  const authorize = peerAuthorizer(auth)(['appview', 'gateway', 'appliance'])

  async function findRepo(query: unknown): Promise<RepoState> {
    const { did } = parse(byDid, query)
    const repo = await log.findRepo(did)
    if (repo === undefined) throw new AtollError('RepoNotFound', { did })
    return repo
  }

  server.get(`/xrpc/${atproto.getLatestCommit}`, async (request) => {
    await authorize(request)
    const { did, commit, rev } = await findRepo(request.query)
    if (commit === null) throw new AtollError('RepoNotFound', { did })
    return { cid: commit, rev }
  })

  server.get(`/xrpc/${atproto.getRepoStatus}`, async (request) => {
    await authorize(request)
    const repo = await findRepo(request.query)
    return { did: repo.did, ...standingOf(repo), ...(repo.rev === null ? {} : { rev: repo.rev }) }
  })

  server.get(`/xrpc/${atproto.listRepos}`, async (request) => {
    await authorize(request)
    const { limit, cursor } = parse(paged, request.query)
    const page = await log.listRepos(cursor, limit)
    const repos = page.map((repo) => ({ did: repo.did, head: repo.commit, rev: repo.rev, ...standingOf(repo) }))
    return { repos, ...(page.length < limit ? {} : { cursor: page.at(-1)?.did }) }
  })
}

function standingOf({ status }: RepoState): { active: boolean; status?: string } {
  return status === 'active' ? { active: true } : { active: false, status }
}

function parse<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const parsed = schema.safeParse(query)
  if (parsed.success) return parsed.data
  throw new AtollError('InvalidRequest', { reason: parsed.error.issues.map((i) => i.path.join('.')).join(', ') })
}
