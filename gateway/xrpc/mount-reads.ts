import type { Query } from '@atproto/lex-schema'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import type { Lexicon, Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate, checkCoversAll } from '../auth/access/index.ts'
import { coversPackage, type Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'

const { listOrgs, listTeams, listMembers, listPermissions, listNames, listTrustedPublishers } = app.npm.registry
const { listPackages, listCollaborators, listExceptions, resolveName, getVersion, getTrust } = app.npm.registry
const ofOrgs: readonly Lexicon<Query>[] = [
  ...[listOrgs, listTeams, listMembers, listPermissions, listNames, listPackages, listExceptions],
  app.npm.security.listAdvisories,
]
const ofPackages: readonly Lexicon<Query>[] = [
  listTrustedPublishers,
  listCollaborators,
  resolveName,
  getVersion,
  getTrust,
]
/** About a package, with teams and rules in the answer. */
const ofRights: readonly Lexicon<Query>[] = [app.npm.registry.getEntitlement]

/** Questions of people to the AppView. Who asks is said by their token: a `viewer` of their own is overwritten. */
export function mountReads(server: Server, context: Pick<GatewayContext, 'tokens' | 'journal' | 'peers'>): void {
  for (const lexicon of [...ofOrgs, ...ofPackages, ...ofRights]) {
    server.get(`/xrpc/${lexicon.main.nsid}`, async (request, reply) => {
      const session = await authenticate(request, context)
      const search = viewedBy(session.did, request.url)
      checkParams(lexicon, search)
      checkCovered(session, ofRights.includes(lexicon) ? null : search.get('name'))
      const response = await context.peers.appview.fetch(lexicon.main.nsid, Object.fromEntries(search))
      return reply.header('cache-control', 'private, no-store').send(await response.json())
    })
  }
}

function viewedBy(did: string, url: string): URLSearchParams {
  const search = new URLSearchParams(url.split('?', 2)[1])
  search.set('viewer', did)
  return search
}

/** A token that is limited to packages answers questions about these alone. @throws TokenTooNarrow, NotFound */
export function checkCovered(session: Session, name: string | null): void {
  if (name === null) checkCoversAll(session, 'teams and permissions')
  if (name === null || session.rights.packages === undefined) return
  const asked = parsePackageName(name)
  if (!coversPackage(session.rights, asked.name)) throw new AtollError('NotFound', { package: asked.name })
}

function checkParams({ main }: Lexicon<Query>, search: URLSearchParams): void {
  try {
    main.parameters.fromURLSearchParams(search)
  } catch (cause) {
    throw new AtollError('InvalidRequest', { reason: (cause as Error).message }, cause)
  }
}
