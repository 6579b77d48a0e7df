import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Elsewhere } from '../../delivery/index.ts'

/**
 * Sends a client to the bucket; clients take their token along to their registry's host only. The address is signed for GET, so
 * what HEAD asks is answered here.
 */
export function sendElsewhere(
  request: FastifyRequest,
  reply: FastifyReply,
  { etag, url, size }: Elsewhere & { etag: string },
): FastifyReply {
  if (request.method === 'HEAD') {
    return reply.headers({ etag, 'content-type': 'application/octet-stream', 'content-length': size }).send()
  }
  // The address ends before most caches would forget it.
  return reply.header('cache-control', 'no-store').redirect(url, 302)
}
