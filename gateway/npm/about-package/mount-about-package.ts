import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackageEndpoint } from '../../lookup/index.ts'
import { readTags } from '../dist-tags/index.ts'
import { sessionOf } from '../session.ts'
import { addTrust, listTrust } from '../trust/index.ts'
import { isPublic } from './is-public.ts'
import { keepAccess, privateAccess } from './keep-access.ts'
import { listCollaborators } from './list-collaborators.ts'

type Read = (name: PackageName, session: Session) => Promise<object>

const bodyLimitBytes = 4096

/** What npm asks about one package without its document: `/-/package/:package/…` */
export function mountAboutPackage(scope: Server, context: GatewayContext): void {
  const reads: Record<string, Read> = {
    'dist-tags': (name, session) => readTags(context, name, session),
    collaborators: (name, session) => listCollaborators(context, name, session),
    trust: (name, session) => listTrust(context, name, session),
    visibility: async (name, session) => ({ public: await isPublic(context, name, session) }),
    access: async (name, session) => ((await isPublic(context, name, session)) ? { access: 'public' } : privateAccess),
  }

  scope.get('/-/package/*', async (request, reply) => {
    const { name, endpoint } = parse(request)
    const read = Object.hasOwn(reads, endpoint) ? reads[endpoint] : undefined
    if (read === undefined) throw notSupported(request)
    return reply.header('cache-control', 'private, no-cache').send(await read(name, sessionOf(request)))
  })

  scope.post('/-/package/*', { bodyLimit: bodyLimitBytes }, async (request, reply) => {
    const { name, endpoint } = parse(request)
    if (endpoint === 'trust') return addTrust(context, { request, reply }, name)
    if (endpoint !== 'access') throw notSupported(request)
    if (await isPublic(context, name, sessionOf(request))) throw new AtollError('NotPrivate', { package: name.name })
    keepAccess(request.body)
    return privateAccess
  })
}

/** Names come in more spellings than a router has patterns for. */
function parse(request: FastifyRequest): { name: PackageName; endpoint: string } {
  const { name, rest } = parsePackageEndpoint(pathOf(request))
  const [endpoint = ''] = rest
  if (rest.length !== 1) throw notSupported(request)
  return { name, endpoint }
}

function notSupported(request: FastifyRequest): AtollError {
  return new AtollError('NotSupported', { what: `${request.method} ${pathOf(request)}` })
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? ''
}
