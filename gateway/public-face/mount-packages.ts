import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { parsePackagePath } from '../lookup/index.ts'
import type { PublicContext } from './context.ts'
import { readManifest } from './read-manifest.ts'
import { readPackage } from './read-package.ts'
import { readTarball } from './read-tarball.ts'

/** Names come in more spellings than a router has patterns for, so their paths are parsed by hand. */
export function mountPackages(server: Server, context: PublicContext): void {
  server.route({ method: ['GET', 'HEAD'], url: '/*', handler: (request, reply) => read(context, request, reply) })
}

async function read(context: PublicContext, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = request.url.split('?', 1)[0] ?? ''
  const wanted = parsePackagePath(path)
  switch (wanted.kind) {
    case 'package':
      return readPackage(context, wanted.name, { request, reply })
    case 'manifest':
      return readManifest(context, wanted, reply)
    case 'tarball':
      return readTarball(context, wanted, { request, reply })
    case 'revision':
    case 'tarball-revision':
    case 'other':
      throw new AtollError('MethodNotFound', { method: path })
  }
}
