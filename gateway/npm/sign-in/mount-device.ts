import formbody from '@fastify/formbody'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { requesterOf } from '../requester.ts'
import { oauthPrefix } from './oauth-error.ts'

const bodyLimit = 4_096
const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const tokenRequestSchema = z.object({ grant_type: z.string(), device_code: z.string().min(1).max(64) })

/** OAuth's device grant (RFC 8628), for machines without a browser: any OAuth client can ask, and so can curl. */
export function mountDevice(server: Server, { signIns }: Pick<GatewayContext, 'signIns'>): void {
  server.register(async (scope) => {
    await scope.register(formbody, { bodyLimit })

    scope.post(`${oauthPrefix}device_authorization`, { bodyLimit }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const { deviceCode, userCode, page, expiresInSeconds, intervalSeconds } = await signIns.openDevice(
        requesterOf(request),
      )
      return {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: page,
        expires_in: expiresInSeconds,
        interval: intervalSeconds,
      }
    })

    scope.post(`${oauthPrefix}token`, { bodyLimit }, async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const token = await signIns.redeemDevice(deviceCodeIn(request.body))
      return { access_token: token, token_type: 'Bearer' }
    })
  })
}

function deviceCodeIn(body: unknown): string {
  const parsed = tokenRequestSchema.safeParse(body)
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: 'it needs grant_type and device_code' })
  const { grant_type, device_code } = parsed.data
  if (grant_type === deviceCodeGrant) return device_code
  throw new AtollError('UnsupportedGrant', { grant: grant_type.slice(0, 100) })
}
