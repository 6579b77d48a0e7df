import { AtollError } from '#common/errors/index.ts'
import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate, checkManagesTokens } from '../../auth/access/index.ts'
import { createToken } from '../../auth/new-token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { otpOf, requesterOf, sendOtpRequest } from '../../npm/index.ts'
import { readWanted } from './read-wanted.ts'
import { viewOf } from './view-of.ts'

const { createToken: create, listTokens, revokeToken } = app.npm.gateway
const maxOffset = 10_000

/** Tokens as `atoll token` administers them: the person's own, and those of organisations they manage. */
export function mountTokens(server: Server, context: GatewayContext): void {
  const { tokens } = context
  const auth = (request: Parameters<typeof authenticate>[0]) => authenticate(request, context)

  method(server, create, {
    auth,
    handler: async ({ input, auth: session, request, reply }) => {
      const who = { session, requester: requesterOf(request), otp: otpOf(request.headers) }
      const answer = await createToken(context, { ...who, wanted: readWanted(input) })
      reply.header('cache-control', 'no-store')
      if ('made' in answer) return { token: answer.made.token, view: viewOf(answer.made.row) }
      sendOtpRequest(reply, answer.approval)
      return undefined
    },
  })

  method(server, listTokens, {
    auth,
    handler: async ({ params: { org, limit = 100, cursor }, auth: session }) => {
      await checkManagesTokens(context, session, org)
      const offset = offsetOf(cursor)
      const rows = await tokens.list(org ?? session.did, { offset, limit: limit + 1 })
      const next = rows.length > limit ? { cursor: String(offset + limit) } : {}
      return { tokens: rows.slice(0, limit).map(viewOf), ...next }
    },
  })

  method(server, revokeToken, {
    auth,
    handler: async ({ input: { key, org }, auth: session }) => {
      await checkManagesTokens(context, session, org)
      if (!(await tokens.revoke(key, { did: org ?? session.did, by: session.did }))) throw new AtollError('NotFound')
      return {}
    },
  })
}

function offsetOf(cursor = '0'): number {
  const offset = /^\d{1,5}$/.test(cursor) ? Number(cursor) : Number.NaN
  if (offset <= maxOffset) return offset
  throw new AtollError('InvalidRequest', { reason: 'the cursor is not one of ours' })
}
