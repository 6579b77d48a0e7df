import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server that answers what a test wants. @param url where; any free port when left out */
export async function tinyServer(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
  url?: string,
): Promise<AsyncDisposable & { server: Server; url: string }> {
  const server = createServer((request, response) => {
    Promise.resolve(answer(request, response)).catch((error: Error) => {
      response.statusCode = 500
      response.end(error.message)
    })
  })
  const port = url === undefined ? 0 : Number(new URL(url).port)
  await new Promise<void>((resolve) => server.listen(port, url === undefined ? '127.0.0.1' : 'localhost', resolve))
  return {
    server,
    url: url ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
