import type { PDS } from '@atproto/pds'
import { AtollError } from '#common/errors/index.ts'
import { bearerToken, type Server } from '#common/xrpc/index.ts'
import { atproto, atprotoWrites } from '#lexicons'

const reads = Object.values(atproto).filter((nsid) => nsid !== atproto.subscribeRepos)
// What somebody published stays provable when their account is frozen: leavers do not un-publish. The others say that it is.
const readsOfFrozen: readonly string[] = [atproto.getRecord, atproto.getRepo]

/**
 * What outsiders reach of the embedded PDS: the sync methods, and only with a token. Everything else in it (accounts, sessions,
 * passwords, administration, OAuth, the proxy to anywhere) has no route here, so it is not there.
 * @param options.authorize throws unless the token lets its bearer read
 * @param options.adminPassword of the embedded PDS, which shows frozen repositories to its administrator alone
 */
export function serveReads(
  server: Server,
  app: PDS['app'],
  { authorize, adminPassword }: { authorize: (token: string, nsid: string) => Promise<unknown>; adminPassword: string },
): void {
  const asAdmin = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`
  for (const nsid of reads) {
    server.get(`/xrpc/${nsid}`, async (request, reply) => {
      await authorize(bearerToken(request), nsid)
      // It would have the PDS pass the request on to a service of the caller's choice.
      delete request.raw.headers['atproto-proxy']
      delete request.raw.headers.authorization
      if (readsOfFrozen.includes(nsid)) request.raw.headers.authorization = asAdmin
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
