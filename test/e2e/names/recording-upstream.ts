import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pack, packageFolder } from '#test/support/package-folder.ts'

interface RecordedRequest {
  method: string
  /** As it was sent, undecoded. */
  path: string
  headers: IncomingHttpHeaders
}

/** A classic npm registry that has one package, and remembers everything it is asked. */
export class RecordingUpstream implements AsyncDisposable {
  readonly requests: RecordedRequest[] = []
  readonly url: string
  readonly #server: Server
  readonly #answers: Map<string, Buffer>

  private constructor(server: Server, answers: Map<string, Buffer>) {
    this.#server = server
    this.#answers = answers
    this.url = urlOf(server)
    server.on('request', (request, response) => {
      const { method = '', url: path = '', headers } = request
      this.requests.push({ method, path, headers })
      const answer = this.#answers.get(path)
      response.statusCode = answer === undefined ? 404 : 200
      response.end(answer ?? '{"error":"Not found"}')
    })
  }

  static async start(name: string, version: string): Promise<RecordingUpstream> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const tarball = await pack(await packageFolder({ name, version }))
    const file = `/${name}/-/${name}-${version}.tgz`
    const packument = packumentOf({ name, version, tarball, url: `${urlOf(server)}${file}` })
    const answers = new Map([
      [`/${name}`, Buffer.from(JSON.stringify(packument))],
      [file, tarball],
    ])
    return new RecordingUpstream(server, answers)
  }

  get paths(): string[] {
    return this.requests.map(({ path }) => path)
  }

  /** Goes away; what was pulled through has to do. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function packumentOf({ name, version, tarball, url }: { name: string; version: string; tarball: Buffer; url: string }) {
  const dist = {
    tarball: url,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
  }
  const published = '2020-01-01T00:00:00.000Z'
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { name, version, license: 'MIT', main: 'index.js', dist } },
    time: { created: published, modified: published, [version]: published },
  }
}
