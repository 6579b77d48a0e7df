import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { sessionOf } from '../session.ts'

/** `npm whoami`, `npm profile get` and `npm logout`. */
export function mountAccount(scope: Server, context: Pick<GatewayContext, 'tokens' | 'audit' | 'database'>): void {
  scope.get('/-/whoami', async (request) => ({ username: sessionOf(request).handle }))

  scope.get('/-/npm/v1/user', async (request) => {
    const { did, handle } = sessionOf(request)
    // Every write is confirmed at the identity provider: that is what npm calls this mode.
    return { name: handle, did, tfa: { pending: false, mode: 'auth-and-writes' } }
  })

  scope.delete('/-/user/token/:token', async (request: FastifyRequest<{ Params: { token: string } }>) => {
    await revoke(context, request.params.token, sessionOf(request).did)
    return { ok: true }
  })
}

async function revoke(
  { tokens, audit, database }: Pick<GatewayContext, 'tokens' | 'audit' | 'database'>,
  token: string,
  did: string,
): Promise<void> {
  await database.db.transaction().execute(async (transaction) => {
    const id = await tokens.revoke(token, did, transaction)
    if (id === undefined) throw new AtollError('NotFound')
    await audit.append({ actor: did, action: 'token.revoked', subject: id, details: {} }, transaction)
  })
  tokens.forget(token)
}
