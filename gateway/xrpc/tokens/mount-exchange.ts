import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { exchangeToken } from '../../auth/exchange/index.ts'
import type { GatewayContext } from '../../context.ts'
import { requesterOf } from '../../npm/index.ts'
import { viewOf } from './view-of.ts'

const bodyLimitBytes = 32_768

/** For CI jobs: the ID token in the body is all the authority there is. */
export function mountExchange(server: Server, context: GatewayContext): void {
  method(server, app.npm.gateway.exchangeToken, {
    auth: async () => undefined,
    bodyLimitBytes,
    handler: async ({ input: { idToken, org }, request, reply }) => {
      const { address } = requesterOf(request)
      const { token, row } = await exchangeToken(context, { idToken, org, address })
      reply.header('cache-control', 'no-store')
      return { token, view: viewOf(row) }
    },
  })
}
