import type { PDS } from '@atproto/pds'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Slots } from '#common/slots/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { atproto, atprotoPublic } from '#lexicons'

const light = [
  atproto.describeServer,
  atproto.getBlob,
  atproto.getLatestCommit,
  atproto.getRecord,
  atproto.getRepoStatus,
  atproto.listRepos,
  atprotoPublic.getRepoRecord,
  atprotoPublic.health,
  atprotoPublic.listBlobs,
  atprotoPublic.listRecords,
]
/** These read a repository block by block. */
const heavy = [atproto.getRepo, atprotoPublic.getBlocks]

/**
 * What anybody reaches of the embedded PDS: the reads of the protocol that touch nothing but its own repositories. Everything else in it
 * (accounts, sessions, administration, OAuth, the proxy to anywhere) has no route here, so it is not there.
 */
export function servePublicReads(server: Server, app: PDS['app']): void {
  const slots = new Slots({ count: 8, maxWaiting: 64 })
  const passOn = (request: FastifyRequest, reply: FastifyReply) => {
    // By the first it would pass the request on to whomever the caller names; by the others somebody may be its administrator.
    for (const name of ['atproto-proxy', 'authorization', 'cookie', 'dpop']) delete request.raw.headers[name]
    reply.hijack()
    app(request.raw, reply.raw)
  }
  for (const nsid of light) {
    server.get(`/xrpc/${nsid}`, async (request, reply) => passOn(request, reply))
  }
  for (const nsid of heavy) {
    server.get(`/xrpc/${nsid}`, async (request, reply) => {
      const slot = await slots.take()
      // Who went away while they waited is closed already.
      if (reply.raw.destroyed || request.raw.destroyed) return slot[Symbol.dispose]()
      // The embedded PDS listens to a streamed answer with ten of its own, after which Node suspects a leak.
      reply.raw.setMaxListeners(16).once('close', () => slot[Symbol.dispose]())
      passOn(request, reply)
    })
  }
  // Browsers ask before they send headers of their own; the embedded PDS answers as every PDS does.
  for (const nsid of [...light, ...heavy, atprotoPublic.describeRepo, atprotoPublic.resolveHandle]) {
    server.options(`/xrpc/${nsid}`, async (request, reply) => passOn(request, reply))
  }
}

/** Whatever is public here may be read by pages of any origin, also what has no route and what is refused. */
export function allowAllOrigins(server: Server): void {
  server.addHook('onRequest', (_request, reply, done) => {
    reply.header('access-control-allow-origin', '*')
    done()
  })
}
