import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { requesterOf } from '../requester.ts'

const pollAfterSeconds = 1

/** npm's web login, for people without a token (npm-profile, `webAuth`). */
export function mountSignIn(scope: Server, { signIns }: Pick<GatewayContext, 'signIns'>): void {
  scope.post('/-/v1/login', async (request) => signIns.open(requesterOf(request)))

  scope.get('/-/v1/done/:secret', async (request: FastifyRequest<{ Params: { secret: string } }>, reply) => {
    reply.header('cache-control', 'no-store')
    const token = await signIns.redeem(request.params.secret)
    if (token !== undefined) return { token }
    return reply.code(202).header('retry-after', pollAfterSeconds).send({})
  })

  // What npm falls back to, and what older clients begin with: a password, which nobody has here.
  scope.put('/-/user/*', async () => {
    throw new AtollError('NotSupported', {
      what: 'Signing in with a user name and password',
      reason: 'use "npm login" with auth-type "web"',
    })
  })
}
