import type { FastifyReply, FastifyRequest } from 'fastify'
import { abbreviatedType, acceptsGzip, isNotModified } from './negotiate.ts'
import type { Packument } from './packument.ts'

/** Answers with a packument, a 304, or, for `HEAD`, the headers alone. */
export async function sendPackument(
  request: FastifyRequest,
  reply: FastifyReply,
  { packument, cacheControl }: { packument: Packument; cacheControl: string },
): Promise<FastifyReply> {
  const { etag, lastModified, stale } = packument.tags
  reply.headers({
    etag,
    vary: 'accept, accept-encoding',
    'cache-control': cacheControl,
    ...(lastModified === undefined ? {} : { 'last-modified': lastModified }),
    ...stale,
  })
  if (isNotModified(request.headers, { etag, lastModified })) return reply.code(304).send()
  reply.header('content-type', packument.form === 'abbreviated' ? abbreviatedType : 'application/json')
  const gzip = acceptsGzip(request.headers)
  if (gzip) reply.header('content-encoding', 'gzip')
  const body = gzip ? packument.gzipped : await packument.body()
  reply.header('content-length', body.length)
  return request.method === 'HEAD' ? reply.send() : reply.send(body)
}
