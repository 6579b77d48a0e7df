import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { privateAuthority } from '../private-authority.ts'
import { RecordingProxy } from '../recording-proxy.ts'

const host = 'tuf-repo-cdn.sigstore.dev'

/**
 * What stands between npm and Sigstore's public repository of trust roots, for a machine that trusts another: npm has no
 * setting for where it is, so this is a proxy behind which it is here.
 */
export class TufMirror implements AsyncDisposable {
  /** For the machine's environment. */
  readonly env: Readonly<Record<string, string>>
  readonly #home: string
  readonly #root: string
  readonly #opened: AsyncDisposable

  private constructor(home: string, root: string, proxyUrl: string, opened: AsyncDisposable) {
    this.#home = home
    this.#root = root
    this.#opened = opened
    const proxy = { HTTPS_PROXY: proxyUrl, NO_PROXY: 'localhost,127.0.0.1' }
    // npm 12 asks with Node's own fetch, which takes a proxy only when it is told to.
    this.env = { ...proxy, NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: join(home, 'ca.pem') }
  }

  /** @param home of the machine @param trustedRoot text of the `trusted_root.json` that it hands out */
  static async start(home: string, trustedRoot: string): Promise<TufMirror> {
    await using opening = new AsyncDisposableStack()
    const { ca, server: certified } = await privateAuthority([host])
    await writeFile(join(home, 'ca.pem'), ca)
    const files = tufRepository(trustedRoot)
    const server = createServer(certified, (request, response) => {
      const file = files.get(request.url ?? '')
      response.writeHead(file === undefined ? 404 : 200).end(file)
    })
    opening.defer(() => void server.closeAllConnections())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    opening.defer(() => new Promise((resolve) => server.close(() => resolve())))
    const proxy = opening.use(await RecordingProxy.start())
    proxy.hosts.set(`${host}:443`, (server.address() as AddressInfo).port)
    const mirror = new TufMirror(home, files.get('/root.json') ?? '', proxy.url, opening.move())
    // Where npm looks when it publishes with a bundle, and when it verifies signatures (@sigstore/tuf, lib/appdata.js).
    for (const folder of ['.local/share/sigstore-js', '.npm/_tuf']) await mirror.#plant(folder)
    return mirror
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }

  /** A machine trusts the root it has seen first. */
  async #plant(folder: string): Promise<void> {
    const place = join(this.#home, folder, host)
    await mkdir(join(place, 'targets'), { recursive: true })
    await writeFile(join(place, 'root.json'), this.#root)
  }
}

/** https://theupdateframework.github.io/specification/latest/ with one key and one target. @returns file by path */
function tufRepository(trustedRoot: string): ReadonlyMap<string, string> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } }
  const keyid = createHash('sha256').update(canonical(key)).digest('hex')
  const signed = (type: string, fields: object) => {
    const body = { _type: type, spec_version: '1.0.0', version: 1, expires: '2099-01-01T00:00:00Z', ...fields }
    const sig = sign(null, Buffer.from(canonical(body)), privateKey).toString('hex')
    return JSON.stringify({ signed: body, signatures: [{ keyid, sig }] })
  }
  const role = { keyids: [keyid], threshold: 1 }
  const roles = { root: role, timestamp: role, snapshot: role, targets: role }
  const sha256 = createHash('sha256').update(trustedRoot).digest('hex')
  const targets = { 'trusted_root.json': { length: Buffer.byteLength(trustedRoot), hashes: { sha256 } } }
  return new Map([
    ['/root.json', signed('root', { consistent_snapshot: false, keys: { [keyid]: key }, roles })],
    ['/timestamp.json', signed('timestamp', { meta: { 'snapshot.json': { version: 1 } } })],
    ['/snapshot.json', signed('snapshot', { meta: { 'targets.json': { version: 1 } } })],
    ['/targets.json', signed('targets', { targets })],
    ['/targets/trusted_root.json', trustedRoot],
  ])
}

/** Keys in order, and no spaces. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`
}
