import { createHash } from 'node:crypto'
import { tinyServer } from './tiny-server.ts'

/** A classic npm registry that remembers everything it was asked. */
export class RecordingRegistry implements AsyncDisposable {
  readonly url: string
  readonly asked: { path: string; headers: Record<string, unknown> }[] = []
  /** Path → answer. */
  readonly answers = new Map<string, { body: Uint8Array | string; etag?: string }>()
  /** While true it answers 503. */
  down = false
  readonly #server: AsyncDisposable

  private constructor(url: string, server: AsyncDisposable) {
    this.url = url
    this.#server = server
  }

  static async start(): Promise<RecordingRegistry> {
    let registry: RecordingRegistry | undefined
    const server = await tinyServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '')
      registry?.asked.push({ path, headers: request.headers })
      const answer = registry?.answers.get(path)
      if (registry?.down === true) response.statusCode = 503
      else if (answer === undefined) response.statusCode = 404
      else if (answer.etag !== undefined && request.headers['if-none-match'] === answer.etag) response.statusCode = 304
      if (answer?.etag !== undefined) response.setHeader('etag', answer.etag)
      response.end(response.statusCode === 200 ? answer?.body : undefined)
    })
    registry = new RecordingRegistry(server.url, server)
    return registry
  }

  get paths(): string[] {
    return this.asked.map(({ path }) => path)
  }

  /** Puts a package there. @returns its tarball */
  has(name: string, version: string, manifest: Record<string, unknown> = {}, etag = `"${version}"`): Buffer {
    const tarball = Buffer.from(`the bytes of ${name}@${version}`.repeat(5_000))
    const file = `${name.replace(/^@.*\//, '')}-${version}.tgz`
    const dist = {
      tarball: `${this.url}/${name}/-/${file}`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
    }
    const document = {
      _id: name,
      name,
      readme: '# Hello '.repeat(1000),
      'dist-tags': { latest: version },
      time: {
        created: '2020-01-01T00:00:00.000Z',
        modified: '2020-01-01T00:00:00.000Z',
        [version]: '2020-01-01T00:00:00.000Z',
      },
      versions: { [version]: { name, version, gitHead: 'abc', ...manifest, dist } },
    }
    this.answers.set(`/${name}`, { body: JSON.stringify(document), etag })
    this.answers.set(`/${name}/-/${file}`, { body: tarball })
    return tarball
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}
