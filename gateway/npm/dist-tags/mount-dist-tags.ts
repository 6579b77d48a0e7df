import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackageEndpoint } from '../../lookup/index.ts'
import { changePackage } from '../changes/index.ts'
import { sessionOf } from '../session.ts'
import { removeTrust } from '../trust/index.ts'
import { moveTag } from './move-tag.ts'
import { removeTag } from './remove-tag.ts'

// A version in quotes.
const bodyLimitBytes = 4096

/** `npm dist-tag add|rm`: `/-/package/:package/dist-tags/:tag` */
export function mountDistTags(scope: Server, context: GatewayContext): void {
  scope.put('/-/package/*', { bodyLimit: bodyLimitBytes }, async (request, reply) => {
    const { name, tag } = parse(request)
    const version = typeof request.body === 'string' ? request.body : undefined
    if (version === undefined) throw new AtollError('InvalidRequest', { reason: 'the body is not a version in quotes' })
    return changePackage(context, { request, reply }, moveTag(context, sessionOf(request), { name, tag, version }))
  })

  scope.delete('/-/package/*', async (request, reply) => {
    const { name: of, rest } = parsePackageEndpoint(request.url.split('?', 1)[0] ?? '')
    // The router knows no other way to "npm trust revoke": /-/package/:package/trust/:id
    const [endpoint, id] = rest
    if (endpoint === 'trust' && id !== undefined) return removeTrust(context, { request, reply }, { name: of, id })
    const { name, tag } = parse(request)
    return changePackage(context, { request, reply }, removeTag(context, sessionOf(request), { name, tag }))
  })
}

/** Names come in more spellings than a router has patterns for. */
function parse(request: FastifyRequest): { name: PackageName; tag: string } {
  const path = request.url.split('?', 1)[0] ?? ''
  const { name, rest } = parsePackageEndpoint(path)
  const [endpoint, tag = ''] = rest
  if (endpoint === 'dist-tags' && rest.length === 2) return { name, tag }
  throw new AtollError('NotSupported', { what: `${request.method} ${path}` })
}
