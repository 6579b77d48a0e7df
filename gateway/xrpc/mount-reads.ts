import type { Query } from '@atproto/lex-schema'
import { AtollError } from '#common/errors/index.ts'
import type { Lexicon, Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'

const { listOrgs, listTeams, listPermissions, resolveName, getVersion } = app.npm.registry
const readable: readonly Lexicon<Query>[] = [listOrgs, listTeams, listPermissions, resolveName, getVersion]

/** Questions of people to the AppView. Who asks is said by their token: a `viewer` of their own is overwritten. */
export function mountReads(server: Server, { tokens, peers }: Pick<GatewayContext, 'tokens' | 'peers'>): void {
  for (const lexicon of readable) {
    server.get(`/xrpc/${lexicon.main.nsid}`, async (request, reply) => {
      const { did } = await authenticate(request, tokens)
      const search = viewedBy(did, request.url)
      checkParams(lexicon, search)
      const response = await peers.appview.fetch(lexicon.main.nsid, Object.fromEntries(search))
      return reply.header('cache-control', 'private, no-store').send(await response.json())
    })
  }
}

function viewedBy(did: string, url: string): URLSearchParams {
  const search = new URLSearchParams(url.split('?', 2)[1])
  search.set('viewer', did)
  return search
}

function checkParams({ main }: Lexicon<Query>, search: URLSearchParams): void {
  try {
    main.parameters.fromURLSearchParams(search)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: (cause as Error).message }, cause)
  }
}
