import { AtollError } from '#common/errors/index.ts'
import { bearerToken, type Server } from '#common/xrpc/index.ts'
import { exchangeForPublishing } from '../../auth/publish-exchange/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackageEndpoint } from '../../lookup/index.ts'

const prefix = '/-/npm/v1/oidc/token/exchange/package/'
const bodyLimit = 4096

/** Where npm presents a job's ID token, as bearer, before it publishes from CI (its lib/utils/oidc.js). */
export function mountPublishExchange(open: Server, context: GatewayContext): void {
  open.post(`${prefix}*`, { bodyLimit }, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const { name, rest } = parsePackageEndpoint(path.replace(prefix, '/-/package/'))
    if (rest.length > 0) throw new AtollError('NotSupported', { what: `POST ${path}` })
    const asked = { idToken: bearerToken(request), name, address: request.ip }
    const { token } = await exchangeForPublishing(context, asked)
    return reply.code(201).header('cache-control', 'no-store').send({ token })
  })
}
