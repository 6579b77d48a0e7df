import type { PDS } from '@atproto/pds'
import { AtollError } from '#common/errors/index.ts'
import { bearerToken, type Server } from '#common/xrpc/index.ts'
import { atproto, atprotoWrites } from '#lexicons'

const reads = Object.values(atproto).filter((nsid) => nsid !== atproto.subscribeRepos)

/**
 * What outsiders reach of the embedded PDS: the sync methods, and only with a token. Everything else in it (accounts, sessions,
 * passwords, administration, OAuth, the proxy to anywhere) has no route here, so it is not there.
 * @param authorize throws unless the token lets its bearer read
 */
export function serveReads(
  server: Server,
  app: PDS['app'],
  authorize: (token: string, nsid: string) => Promise<unknown>,
): void {
  for (const nsid of reads) {
    server.get(`/xrpc/${nsid}`, async (request, reply) => {
      await authorize(bearerToken(request), nsid)
      // It would have the PDS pass the request on to a service of the caller's choice.
      delete request.raw.headers['atproto-proxy']
      delete request.raw.headers.authorization
      reply.hijack()
      app(request.raw, reply.raw)
    })
  }
  for (const nsid of atprotoWrites) {
    server.all(`/xrpc/${nsid}`, async () => {
      throw new AtollError('WriteNotApproved')
    })
  }
}
