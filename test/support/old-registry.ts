import { createReadStream } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { basename, join } from 'node:path'
import { tinyServer } from './tiny-server.ts'

export interface OldRegistry extends AsyncDisposable {
  url: string
}

/**
 * A private registry that people want to leave, over HTTP: packuments, tarballs and a search, for whoever has its token.
 * @param storage as `writeVerdaccioStorage` leaves it behind
 */
export function startOldRegistry(storage: string, token: string): Promise<OldRegistry> {
  return tinyServer(async (request, response) => {
    await answer(storage, token, request, response).catch(() => response.writeHead(404).end('{"error":"not found"}'))
  })
}

async function answer(
  storage: string,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<ServerResponse> {
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
