import type { FastifyRequest } from 'fastify'
import type { Server } from '#common/xrpc/index.ts'
import { createToken } from '../../auth/new-token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { requesterOf } from '../requester.ts'
import { otpOf, sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'
import { describeToken } from './describe-token.ts'
import { listTokens } from './list-tokens.ts'
import { readTokenRequest } from './read-token-request.ts'
import { revokeToken } from './revoke-token.ts'

const bodyLimit = 65_536

/** `npm token list`, `create` and `revoke`. */
export function mountTokens(scope: Server, context: GatewayContext): void {
  const { tokens } = context

  scope.get('/-/npm/v1/tokens', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    return listTokens(tokens, sessionOf(request), request.query)
  })

  scope.post('/-/npm/v1/tokens', { bodyLimit }, async (request, reply) => {
    const wanted = readTokenRequest(request.body)
    const who = { session: sessionOf(request), requester: requesterOf(request), otp: otpOf(request.headers) }
    const answer = await createToken(context, { ...who, wanted })
    if ('approval' in answer) return sendOtpRequest(reply, answer.approval)
    const { token, row } = answer.made
    return reply
      .code(201)
      .header('cache-control', 'no-store')
      .send({ ...describeToken(row), token })
  })

  // A key, or the token itself: npm sends on what it was given.
  scope.delete(
    '/-/npm/v1/tokens/token/:which',
    { config: { forReadOnlyTokens: true } },
    async (request: FastifyRequest<{ Params: { which: string } }>, reply) => {
      await revokeToken(tokens, { request, session: sessionOf(request), which: request.params.which })
      return reply.code(204).send()
    },
  )
}
