import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { tinyServer } from '#test/support/tiny-server.ts'

const longAgo = '2020-01-01T00:00:00.000Z'

/** A version, as the registry tells of it. */
export interface Release {
  /** When it says that it was published; long ago when absent. */
  at?: string
  manifest?: Record<string, unknown> & { dist?: object }
}

/** A classic npm registry that remembers everything it was asked. */
export class RecordingRegistry implements AsyncDisposable {
  readonly url: string
  readonly asked: { path: string; headers: Record<string, unknown> }[] = []
  /** Path → answer. */
  readonly answers = new Map<string, { body: Uint8Array | string; etag?: string }>()
  /** Path → how it answers, whatever is polite. */
  readonly rude = new Map<string, RequestListener>()
  /** While true it answers 503. */
  down = false
  /** Headers of that. */
  excuse: Record<string, string> = {}
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
      const rude = registry?.rude.get(path)
      if (rude !== undefined) return void rude(request, response)
      const answer = registry?.answers.get(path)
      if (registry?.down === true) return void response.writeHead(503, registry.excuse).end()
      if (answer === undefined) response.statusCode = 404
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
    return this.hasAll(name, [version], manifest, etag)[0] ?? Buffer.of()
  }

  /** Puts a package with these versions there, the last one latest, in place of what it was. @returns its tarballs */
  hasAll(name: string, versions: string[], manifest: Record<string, unknown> = {}, etag = `"${versions}"`): Buffer[] {
    const all = versions.map((version) => this.#pack(name, version))
    const published = '2020-01-01T00:00:00.000Z'
    const document = {
      _id: name,
      name,
      readme: '# Hello '.repeat(1000),
      'dist-tags': { latest: versions.at(-1) },
      time: {
        created: published,
        modified: published,
        ...Object.fromEntries(versions.map((version) => [version, published])),
      },
      versions: Object.fromEntries(
        all.map(({ version, dist }) => [
          version,
          {
            name,
            version,
            gitHead: 'abc',
            ...manifest,
            dist: { ...(manifest['dist'] as object | undefined), ...dist },
          },
        ]),
      ),
    }
    this.answers.set(`/${name}`, { body: JSON.stringify(document), etag })
    return all.map(({ tarball }) => tarball)
  }

  /** Puts a package with these versions there, each with its own manifest and time, in place of what it was. */
  offers(name: string, releases: Record<string, Release>, tags: Record<string, string> = {}): void {
    const versions = Object.keys(releases)
    const packed = Object.entries(releases).map(([version, { at = longAgo, manifest = {} }]) => {
      const { dist } = this.#pack(name, version)
      return { version, at, manifest: { name, version, ...manifest, dist: { ...dist, ...manifest['dist'] } } }
    })
    const document = {
      name,
      'dist-tags': { latest: versions.at(-1), ...tags },
      time: { created: longAgo, ...Object.fromEntries(packed.map(({ version, at }) => [version, at])) },
      versions: Object.fromEntries(packed.map(({ version, manifest }) => [version, manifest])),
    }
    const body = JSON.stringify(document)
    this.answers.set(`/${name}`, { body, etag: `"${createHash('sha1').update(body).digest('hex')}"` })
  }

  #pack(name: string, version: string) {
    const tarball = Buffer.from(`the bytes of ${name}@${version}`.repeat(5_000))
    const file = `${name.replace(/^@.*\//, '')}-${version}.tgz`
    const dist = {
      tarball: `${this.url}/${name}/-/${file}`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
    }
    this.answers.set(`/${name}/-/${file}`, { body: tarball })
    return { version, dist, tarball }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}
