import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Found } from '../../lookup/index.ts'
import type { Packument } from '../../packuments/index.ts'
import { abbreviatedType, acceptsGzip, isNotModified } from './negotiate.ts'
import { writableDocument } from './writable-document.ts'

// npm believes its own copy for max-age, also right after a publish: what is published here is asked for each time, and
// mostly answered with 304.
const cacheControl = { private: 'private, no-cache', public: 'private, max-age=60', upstream: 'private, max-age=60' }

/** Answers with a packument, a 304, or, for `HEAD`, the headers alone. */
export async function sendPackument(
  request: FastifyRequest,
  reply: FastifyReply,
  { packument, source }: { packument: Packument; source: Found['source'] },
): Promise<FastifyReply> {
  const { etag, lastModified, stale } = packument.tags
  reply.headers({
    etag,
    vary: 'accept, accept-encoding',
    'cache-control': cacheControl[source],
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

/** What npm reads before it changes metadata: never from a cache. Its revision, `_rev`, is in it. */
export async function sendForWriting(reply: FastifyReply, packument: Packument): Promise<FastifyReply> {
  return reply.header('cache-control', 'no-store').send(await writableDocument(packument))
}
