import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { P256Keypair } from '@atproto/crypto'
import pg from 'pg'
import { expect, vi } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import { PublicAppView, type PublicAppViewConfig, publicAppViewConfigSchema } from '#appview/public-face/index.ts'
import { hashMonitorToken } from '#common/monitoring/index.ts'
import { createPeerAuth, type PeerAuth } from '#common/service-auth/index.ts'
import { PublicGateway, type PublicGatewayConfig, publicGatewayConfigSchema } from '#gateway/public-face/index.ts'
import { atproto } from '#lexicons'
import { monitorToken } from '#test/support/network.ts'
import { testDatabase } from '#test/support/postgres.ts'
import { PublicNetwork } from '#test/support/public-network/index.ts'

export const waitMs = { timeout: 30_000, interval: 100 }

interface Parts {
  network: PublicNetwork
  /** Holds files of the test's own. */
  folder: string
  appview: PublicAppViewConfig
  gateway: PublicGatewayConfig
}

interface Options {
  /** Of the public AppView that differ. */
  appview?: (network: PublicNetwork) => object
  /** Of the public gateway that differ. */
  gateway?: object
}

/**
 * The public face beside two PDSes that stand for the edge: `duo.test` and `lib.test` publish on one, `ann.duo.test` attests on the other.
 */
export class FaceScene implements AsyncDisposable {
  readonly parts: Parts
  readonly #resources: AsyncDisposableStack
  #appview: PublicAppView | undefined
  #gateway: PublicGateway | undefined

  private constructor(parts: Parts, resources: AsyncDisposableStack) {
    this.parts = parts
    this.#resources = resources
  }

  static async opens({ appview = () => ({}), gateway = {} }: Options = {}): Promise<FaceScene> {
    await using resources = new AsyncDisposableStack()
    const network = resources.use(await PublicNetwork.start({ twoHosts: true }))
    const database = resources.use(await testDatabase('appview'))
    const folder = await mkdtemp(join(tmpdir(), 'atoll-face-'))
    resources.defer(() => rm(folder, { recursive: true, force: true }))
    const keys = { appview: await keyOf(), gateway: await keyOf() }
    const ports = { appview: await freePort(), gateway: await freePort() }
    const peer = (name: 'appview' | 'gateway') => ({
      ...{ did: `did:web:public-${name}.test`, url: `http://localhost:${ports[name]}`, key: keys[name].did },
    })
    const shared = (name: 'appview' | 'gateway') => ({
      listen: { host: '127.0.0.1', port: ports[name] },
      monitoring: { tokenHash: hashMonitorToken(monitorToken) },
      dataDir: join(folder, name),
      logLevel: 'silent',
      network: { peers: { appview: peer('appview'), gateway: peer('gateway') } },
      self: { did: `did:web:public-${name}.test`, privateKeyHex: keys[name].hex },
      publicUrl: `http://localhost:${ports.gateway}`,
    })
    const parts = {
      network,
      folder,
      appview: publicAppViewConfigSchema.parse({
        ...shared('appview'),
        database: { url: database.url, schema: database.schema, poolSize: 4 },
        hosts: { org: [network.pds.url], people: [network.people.url] },
        directory: network.directoryUrl,
        nameServers: [network.names.address],
        // So that a handle that could not be verified is asked about again within seconds.
        discoverHours: 0.001,
        patienceMs: 5_000,
        ...appview(network),
      }),
      gateway: publicGatewayConfigSchema.parse({ ...shared('gateway'), ...gateway }),
    }
    return new FaceScene(parts, resources.move())
  }

  async starts(): Promise<void> {
    this.#appview = await PublicAppView.start(this.parts.appview)
    this.#gateway = await PublicGateway.start(this.parts.gateway)
  }

  async stopsAppView(): Promise<void> {
    await this.#appview?.[Symbol.asyncDispose]()
    this.#appview = undefined
  }

  async stops(): Promise<void> {
    await this.#gateway?.[Symbol.asyncDispose]()
    this.#gateway = undefined
    await this.stopsAppView()
  }

  get network(): PublicNetwork {
    return this.parts.network
  }

  get url(): string {
    return this.parts.gateway.publicUrl
  }

  /** @param path of the public gateway */
  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, init)
  }

  async versions(name: string): Promise<string[]> {
    const answer = await this.get(`/${name.replace('/', '%2f')}`)
    const { versions = {} } = (await answer.json()) as { versions?: object }
    return Object.keys(versions).toSorted()
  }

  /** These are shown, and no others. */
  async shows(name: string, versions: readonly string[]): Promise<void> {
    await vi.waitFor(async () => expect(await this.versions(name)).toEqual(versions), waitMs)
  }

  /** Whatever happened, these are shown and no others: not in a moment either, when everything that the PDSes have was looked at. */
  async showsStill(name: string, versions: readonly string[]): Promise<void> {
    await this.isSettled()
    const rows = await this.sql<{ full: Buffer }>('SELECT "full" FROM upstream_packument WHERE name = $1', [name])
    const rendered = rows.flatMap(({ full }) => Object.keys(JSON.parse(full.toString('utf8')).versions)).toSorted()
    expect(rendered).toEqual(versions)
    await this.shows(name, versions)
  }

  /** Everything that the PDSes have was read, and rendered. */
  async isSettled(): Promise<void> {
    await vi.waitFor(async () => {
      for (const pds of new Set([this.network.pds, this.network.people])) await this.#isRead(pds.url)
      expect(await this.sql('SELECT name FROM mirror_due')).toEqual([])
    }, waitMs)
  }

  async #isRead(pds: string): Promise<void> {
    const answer = await fetch(`${pds}/xrpc/${atproto.listRepos}`)
    const { repos } = (await answer.json()) as { repos: { did: string; rev: string; active: boolean }[] }
    const here = await this.sql<{ did: string; rev: string }>('SELECT did, rev FROM mirror_repo')
    const known = new Map(here.map(({ did, rev }) => [did, rev]))
    for (const { did, rev, active } of repos) if (active) expect(known.get(did)).toBe(rev)
  }

  /** What the domain of a handle says, if this gateway is asked for it. */
  wellKnown(host: string): Promise<{ status: number; body: string }> {
    const { port } = new URL(this.url)
    return new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port, path: '/.well-known/atproto-did', headers: { host } },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
          )
        },
      )
      asked.on('error', reject).end()
    })
  }

  /** What the AppView answers to its gateway, whatever the gateway makes of it. */
  async asksAppView(nsid: string, params: Record<string, string>): Promise<Response> {
    const { network } = this.parts.gateway
    const token = await (await this.authAsGateway()).tokenFor('appview', nsid)
    const query = new URLSearchParams({ viewer: this.parts.gateway.self.did, ...params })
    return fetch(`${network.peers.appview.url}/xrpc/${nsid}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
  }

  /** Somebody who holds the gateway's key. */
  authAsGateway(): Promise<PeerAuth> {
    const { self, network } = this.parts.gateway
    return createPeerAuth({ self, network }, { use: async () => true })
  }

  /** What the AppView's database says. */
  async sql<Row extends object>(query: string, values: unknown[] = []): Promise<Row[]> {
    const { url, schema } = this.parts.appview.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      return (await client.query<Row>(query, values)).rows
    } finally {
      await client.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stops()
    await this.#resources.disposeAsync()
  }
}

async function keyOf(): Promise<{ hex: string; did: string }> {
  const keypair = await P256Keypair.create({ exportable: true })
  return { hex: Buffer.from(await keypair.export()).toString('hex'), did: keypair.did() }
}
