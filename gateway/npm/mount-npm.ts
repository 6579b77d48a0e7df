import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../context.ts'
import { parsePackagePath } from '../lookup/index.ts'
import { mountAboutPackage } from './about-package/index.ts'
import { mountAudit } from './audit/index.ts'
import { mountDistTags } from './dist-tags/index.ts'
import { mountExceptionLink } from './exception-link.ts'
import { mountOrganisations } from './organisations/index.ts'
import { mountPeople } from './owners/index.ts'
import { readPackage } from './packument/index.ts'
import { mountPublish } from './publish/index.ts'
import { readManifest } from './read-manifest.ts'
import { mountSearch } from './search/index.ts'
import { requireSession, sessionOf } from './session.ts'
import { mountAccount, mountDevice, mountSignIn } from './sign-in/index.ts'
import { mountSignatures } from './signatures/index.ts'
import { mountStage } from './stage/index.ts'
import { readTarball } from './tarball/index.ts'
import { mountTokens } from './tokens/index.ts'
import { mountPublishExchange } from './trust/index.ts'
import { mountUnpublish } from './unpublish/index.ts'

// Of these npm would say that a package is missing, were they not there.
const notSupported = ['/-/_view/*', '/-/npm/v1/hooks', '/-/npm/v1/hooks/*']

/**
 * The npm protocol, at the root of the host: npm drops any path prefix for some of its requests. Open are only what
 * needs no person and what makes one known.
 */
export function mountNpm(server: Server, context: GatewayContext): void {
  server.register(async (open) => {
    open.get('/-/ping', async () => ({}))
    mountExceptionLink(open, context)
    mountSignIn(open, context)
    mountDevice(open, context)
    mountPublishExchange(open, context)
  })
  server.register(async (scope) => {
    requireSession(scope, context)
    mountAccount(scope, context)
    mountTokens(scope, context)
    mountSearch(scope, context)
    mountAudit(scope, context)
    mountPeople(scope, context)
    mountOrganisations(scope, context)
    mountAboutPackage(scope, context)
    mountDistTags(scope, context)
    mountSignatures(scope, context)
    mountPublish(scope, context)
    mountStage(scope, context)
    mountUnpublish(scope, context)
    scope.route({
      method: ['GET', 'HEAD'],
      url: '/*',
      handler: (request, reply) => read(context, request, reply),
    })
    // Before any body is read: there is nothing to be said about it.
    scope.route({ method: ['POST', 'PATCH'], url: '/*', onRequest: refuse, handler: refuse })
    for (const url of notSupported) scope.route({ method: ['GET', 'HEAD'], url, handler: refuse })
  })
}

/** Names come in more spellings than a router has patterns for, so their paths are parsed by hand. */
async function read(context: GatewayContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = parsePackagePath(pathOf(request))
  const exchange = { request, reply, session: sessionOf(request) }
  switch (path.kind) {
    case 'package':
      return readPackage(context, path.name, exchange)
    case 'manifest':
      return readManifest(context, path, exchange)
    case 'tarball':
      return readTarball(context, path, exchange)
    case 'revision':
    case 'tarball-revision':
    case 'other':
      throw new AtollError('MethodNotFound', { method: pathOf(request) })
  }
}

async function refuse(request: FastifyRequest): Promise<never> {
  const path = pathOf(request)
  if (path.startsWith('/xrpc/')) throw new AtollError('MethodNotFound', { method: path.slice('/xrpc/'.length) })
  throw new AtollError('NotSupported', { what: `${request.method} ${path}` })
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? ''
}
