import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { sessionOf } from '../session.ts'
import { revokeToken } from '../tokens/index.ts'

/** `npm whoami`, `npm profile get` and `npm logout`. */
export function mountAccount(scope: Server, { tokens }: Pick<GatewayContext, 'tokens'>): void {
  scope.get('/-/whoami', async (request) => ({ username: nameOf(sessionOf(request)) }))

  scope.get('/-/npm/v1/user', async (request) => {
    const session = sessionOf(request)
    return {
      name: nameOf(session),
      did: session.did,
      // The identity provider knows these; they are not asked for.
      email: '',
      email_verified: false,
      fullname: '',
      // Every write is confirmed at the identity provider: that is what npm calls this mode.
      tfa: { pending: false, mode: 'auth-and-writes' },
      cidr_whitelist: null,
    }
  })

  // `npm profile set`, `enable-2fa` and `disable-2fa`.
  scope.post('/-/npm/v1/user', async () => {
    throw new AtollError('NotSupported', {
      what: 'Changing a profile or its second factor',
      reason: 'both come from your identity provider, change them there',
    })
  })

  scope.delete(
    '/-/user/token/:token',
    { config: { forReadOnlyTokens: true } },
    async (request: FastifyRequest<{ Params: { token: string } }>) => {
      await revokeToken(tokens, { request, session: sessionOf(request), which: request.params.token })
      return { ok: true }
    },
  )
}

/** npm prints whatever it is told here (npm's lib/utils/get-identity.js). */
function nameOf({ owner, handle, tokenName }: Session): string {
  return owner === 'person' ? handle : `${handle} (token ${tokenName})`
}
