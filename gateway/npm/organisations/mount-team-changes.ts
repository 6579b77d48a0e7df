import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { changeTeam } from './change-team.ts'
import { planMember, planNewTeam, planNoMember, planNoTeam } from './plan-team.ts'

const bodyLimit = 8_192

const newTeamSchema = z.object({
  name: z.string().min(1).max(64),
  // npm sends `true`, which is another setting of its own by the same name (npm's lib/commands/team.js).
  description: z
    .unknown()
    .optional()
    .transform((said) => (typeof said === 'string' ? said : undefined)),
})
const memberSchema = z.object({ user: z.string().min(1).max(256) })

type OfTeam = FastifyRequest<{ Params: { scope: string; team: string } }>

/** `npm team create|destroy|add|rm` */
export function mountTeamChanges(scope: Server, gateway: GatewayContext): void {
  scope.put('/-/org/:scope/team', { bodyLimit }, (request: FastifyRequest<{ Params: { scope: string } }>, reply) => {
    const { name: team, description } = read(newTeamSchema, request.body)
    return changeTeam(
      gateway,
      { request, reply },
      {
        scope: request.params.scope,
        what: 'team create',
        asked: [team, description],
        plan: (session, org) => planNewTeam(gateway, { session, org, team }, description),
      },
    )
  })

  scope.delete('/-/team/:scope/:team', (request: OfTeam, reply) => {
    const { scope, team } = request.params
    return changeTeam(
      gateway,
      { request, reply },
      {
        scope,
        what: 'team destroy',
        asked: [team],
        plan: (session, org) => planNoTeam(gateway, { session, org, team }),
      },
    )
  })

  for (const [method, what, plan] of [
    ['PUT', 'team add', planMember],
    ['DELETE', 'team rm', planNoMember],
  ] as const) {
    scope.route({
      method,
      url: '/-/team/:scope/:team/user',
      bodyLimit,
      handler: (request, reply) => {
        const { scope, team } = (request as OfTeam).params
        const { user } = read(memberSchema, request.body)
        return changeTeam(
          gateway,
          { request, reply },
          {
            scope,
            what,
            asked: [team, user],
            plan: (session, org) => plan(gateway, { session, org, team }, user),
          },
        )
      },
    })
  }
}

/** @throws InvalidRequest */
function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AtollError('InvalidRequest', { reason: `"${issue?.path.join('.')}": ${issue?.message}` }, parsed.error)
}
