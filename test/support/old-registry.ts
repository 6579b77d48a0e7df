import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'

export interface OldRegistry extends AsyncDisposable {
  url: string
}

/**
 * A private registry that people want to leave, over HTTP: packuments, tarballs and a search, for whoever has its token.
 * @param storage as `writeVerdaccioStorage` leaves it behind
 */
export async function startOldRegistry(storage: string, token: string): Promise<OldRegistry> {
  const server = createServer((request, response) => {
    answer(storage, token, request, response).catch(() => response.writeHead(404).end('{"error":"not found"}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(storage: string, token: string, request: IncomingMessage, response: ServerResponse) {
  if (request.headers.authorization !== `Bearer ${token}`)
    return response.writeHead(401).end('{"error":"who are you?"}')
  const { pathname } = new URL(request.url ?? '/', 'http://registry.test')
  if (pathname === '/-/v1/search') return response.end(JSON.stringify(await search(storage)))
  const [name = '', file] = decodeURIComponent(pathname.slice(1)).split('/-/')
  if (file !== undefined) return createReadStream(join(storage, name, basename(file))).pipe(response)
  const packument = await readFile(join(storage, name, 'package.json'), 'utf8')
  // Where it is reached is what its tarballs' addresses begin with.
  return response.end(packument.replaceAll(/http:\/\/[^/"]+\//g, `http://${request.headers.host}/`))
}

async function search(storage: string) {
  const scopes = (await readdir(storage)).filter((name) => name.startsWith('@'))
  const names = await Promise.all(
    scopes.map(async (scope) => (await readdir(join(storage, scope))).map((name) => `${scope}/${name}`)),
  )
  return { objects: names.flat().map((name) => ({ package: { name } })), total: names.flat().length }
}
