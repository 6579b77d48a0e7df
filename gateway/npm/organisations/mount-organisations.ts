import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { sessionOf } from '../session.ts'
import { listOrgPackages, listPersonPackages, listTeamPackages } from './list-packages.ts'
import { listRoster, listTeamPeople, listTeams } from './list-people.ts'
import { mountTeamChanges } from './mount-team-changes.ts'
import { refuseChanges } from './refuse-changes.ts'

type Read = (session: Session, params: { scope: string; team: string }) => Promise<object>

/** `npm org ls`, `npm team` and `npm access list packages`, of what the person who asks may see. */
export function mountOrganisations(scope: Server, context: GatewayContext): void {
  const reads: Record<string, Read> = {
    '/-/org/:scope/user': (session, { scope }) => listRoster(context, session, scope),
    '/-/org/:scope/team': (session, { scope }) => listTeams(context, session, scope),
    '/-/org/:scope/package': (session, { scope }) => listOrgPackages(context, session, scope),
    '/-/team/:scope/:team/user': (session, params) => listTeamPeople(context, session, params),
    '/-/team/:scope/:team/package': (session, params) => listTeamPackages(context, session, params),
    '/-/user/:scope/package': (session, { scope }) => listPersonPackages(context, session, scope),
  }
  for (const [url, read] of Object.entries(reads)) {
    scope.get(url, async (request, reply) => answer(request, reply, read))
  }
  mountTeamChanges(scope, context)
  refuseChanges(scope)
}

async function answer(request: FastifyRequest, reply: FastifyReply, read: Read): Promise<FastifyReply> {
  const { scope, team = '' } = request.params as { scope: string; team?: string }
  // The bounds of a scope, a DID, and a team's name.
  if (scope.length > 256 || team.length > 64) throw new AtollError('NotFound')
  return reply.header('cache-control', 'private, no-store').send(await read(sessionOf(request), { scope, team }))
}
