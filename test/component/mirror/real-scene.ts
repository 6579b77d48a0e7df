import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { expect, vi } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import { collections } from '#appview/mirror/records/collections.ts'
import { readRepo } from '#common/sync/index.ts'
import { atproto } from '#lexicons'
import { AppViewScene } from '#test/component/appview/appview-scene.ts'
import { PublicNetwork } from '#test/support/public-network/index.ts'

const program = new URL('./run-appview.ts', import.meta.url)
const waitMs = { timeout: 30_000, interval: 100 }
const hour = 3_600_000

interface Document {
  verificationMethods: { atproto: string }
}

interface Held {
  uri: string
  cid: string
}

/** An AppView that mirrors a public network that is real: another relay is configured beside it, where nobody listens. */
export class RealScene implements AsyncDisposable {
  readonly network: PublicNetwork
  readonly inside: AppViewScene
  readonly #resources: AsyncDisposableStack

  private constructor(network: PublicNetwork, inside: AppViewScene, resources: AsyncDisposableStack) {
    this.network = network
    this.inside = inside
    this.#resources = resources
  }

  static async opens(): Promise<RealScene> {
    await using resources = new AsyncDisposableStack()
    const network = resources.use(await PublicNetwork.start())
    const publicNetwork = {
      relays: [`http://localhost:${await freePort()}`, network.relayUrl],
      directory: network.directoryUrl,
      privateHosts: [network.pds.url],
      nameServers: [network.names.address],
      discoverHours: 24,
      patienceMs: 5_000,
      maxRepoBytes: 10_000_000,
    }
    const inside = resources.use(await AppViewScene.opens({ publicNetwork }))
    return new RealScene(network, inside, resources.move())
  }

  /** The AppView in a process of its own. */
  async forks(): Promise<ChildProcess> {
    const child = fork(program, [JSON.stringify(this.inside.parts.config)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    return child
  }

  /**
   * What is mirrored of each account is exactly what its PDS has: records, and their revision; and every version is in the ledger once, and
   * shown.
   */
  async isWhole(handles: readonly string[]): Promise<void> {
    for (const handle of handles) await vi.waitFor(() => this.#compare(this.network.account(handle).did), waitMs)
    await vi.waitFor(async () => expect(await this.sql('SELECT name FROM mirror_due')).toEqual([]), waitMs)
  }

  async #compare(did: string): Promise<void> {
    const there = await this.#held(did)
    const here = await this.sql<Held>(
      "SELECT 'at://' || did || '/' || collection || '/' || rkey AS uri, cid FROM mirror_record WHERE did = $1",
      [did],
    )
    expect(sorted(here)).toEqual(sorted(there.held))
    const repos = await this.sql('SELECT rev, state FROM mirror_repo WHERE did = $1', [did])
    expect(repos).toEqual([{ rev: there.rev, state: 'synchronised' }])
  }

  async #held(did: string): Promise<{ rev: string; held: Held[] }> {
    const { pds, directoryUrl } = this.network
    const address = `${pds.url}/xrpc/${atproto.getRepo}?${new URLSearchParams({ did })}`
    const car = new Uint8Array(await (await fetch(address)).arrayBuffer())
    const document = (await (await fetch(`${directoryUrl}/${did}/data`)).json()) as Document
    const { records, rev } = readRepo(car, {
      did,
      signingKey: document.verificationMethods.atproto,
      previous: undefined,
      now: Date.now(),
    })
    const ours = records.filter(({ collection }) => collections.has(collection))
    return { rev, held: ours.map(({ collection, rkey, cid }) => ({ uri: `at://${did}/${collection}/${rkey}`, cid })) }
  }

  /** rkeys of versions in the ledger, as often as they are there. */
  async ledger(handle: string): Promise<string[]> {
    const { did } = this.network.account(handle)
    const rows = await this.sql<{ rkey: string }>(
      'SELECT rkey FROM ledger_public_version WHERE did = $1 ORDER BY rkey',
      [did],
    )
    return rows.map(({ rkey }) => rkey)
  }

  async shows(name: string, versions: readonly string[]): Promise<void> {
    const query = 'SELECT version FROM upstream_sight WHERE name = $1'
    await vi.waitFor(async () => {
      const rows = await this.sql<{ version: string }>(query, [name])
      expect(rows.map(({ version }) => version).toSorted()).toEqual([...versions].toSorted())
    }, waitMs)
  }

  /** What the AppView's database says. */
  async sql<Row extends object>(query: string, values: unknown[] = []): Promise<Row[]> {
    const { url, schema } = this.inside.parts.config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      return (await client.query<Row>(query, values)).rows
    } finally {
      await client.end()
    }
  }

  passes(hours: number): void {
    this.inside.clock.aheadMs += hours * hour
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}

function sorted(held: readonly Held[]): Held[] {
  return held.toSorted((a, b) => a.uri.localeCompare(b.uri))
}
