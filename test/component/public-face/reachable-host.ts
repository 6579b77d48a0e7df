import { tinyServer } from '#test/support/tiny-server.ts'

/**
 * A PDS that is not of the edge at an address that may be asked: it answers as the directory does, which is configured, and hands on what it
 * is asked as a PDS to another host.
 */
export async function reachableHost(directoryUrl: () => string, host: string) {
  return tinyServer(async (request, response) => {
    const path = request.url ?? '/'
    const answer = await fetch(`${path.startsWith('/xrpc/') ? host : directoryUrl()}${path}`)
    response.statusCode = answer.status
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
}
