import { Secp256k1Keypair } from '@atproto/crypto'
import { getBlobCidString } from '@atproto/lex-data'
import pg from 'pg'
import { expect, vi } from 'vitest'
import { freePort } from '#appliance/config/free-port.ts'
import type { AppViewConfig } from '#appview/index.ts'
import type { app } from '#lexicons'
import { AppViewScene } from '#test/component/appview/appview-scene.ts'
import type { Draft } from '#test/component/appview/deeds.ts'
import { LyingRelay } from '#test/component/appview/lying-relay.ts'
import { RepoHost } from '#test/component/appview/repo-host.ts'
import { TestDirectory } from '#test/component/appview/test-directory.ts'
import { NameServer } from '#test/support/public-network/name-server.ts'
import { RepoAuthor, type Write } from '#test/support/repo-author.ts'

interface Outside {
  directory: TestDirectory
  host: RepoHost
  relay: LyingRelay
  other: LyingRelay
  names: NameServer
  /** Where another PDS may be. */
  spareHost: string
}

type Settings = Partial<AppViewConfig> & {
  names?: string[]
  /** Of the public network. */
  mirrors?: Partial<NonNullable<AppViewConfig['publicNetwork']>>
}

const hour = 3_600_000
const waitMs = { timeout: 20_000, interval: 50 }

/** An AppView that mirrors a public network whose directory, PDS, relays and name server do what a test says. */
export class PublicScene implements AsyncDisposable {
  readonly inside: AppViewScene
  readonly outside: Outside
  readonly #resources: AsyncDisposableStack

  private constructor(inside: AppViewScene, outside: Outside, resources: AsyncDisposableStack) {
    this.inside = inside
    this.outside = outside
    this.#resources = resources
  }

  /** @param settings of the AppView that differ */
  static async opens(settings: Settings = {}): Promise<PublicScene> {
    const { mirrors, ...rest } = settings
    await using resources = new AsyncDisposableStack()
    const url = async () => `http://localhost:${await freePort()}`
    const directoryUrl = await url()
    const directory = resources.use(await TestDirectory.at(directoryUrl, undefined))
    const host = resources.use(await RepoHost.start(await url(), undefined))
    const spareHost = await url()
    const relayUrls = [await url(), await url()] as const
    const relay = resources.use(await LyingRelay.start(relayUrls[0], undefined))
    const other = resources.use(await LyingRelay.start(relayUrls[1], undefined))
    const names = resources.use(await NameServer.start())
    const publicNetwork = {
      relays: [...relayUrls],
      directory: directoryUrl,
      privateHosts: [host.url, spareHost],
      nameServers: [names.address],
      discoverHours: 24,
      patienceMs: 2_000,
      maxRepoBytes: 10_000_000,
      ...mirrors,
    }
    const inside = resources.use(await AppViewScene.opens({ publicNetwork, ...rest }))
    return new PublicScene(inside, { directory, host, relay, other, names, spareHost }, resources.move())
  }

  /** The AppView, and it hears what relays say from now on. */
  async starts(): Promise<void> {
    await this.inside.starts()
    const { relay, other } = this.outside
    await vi.waitFor(() => expect([relay.followers, other.followers]).toEqual([1, 1]), waitMs)
  }

  /** Somebody publishes in public, whose domain says so. */
  async joins(handle: string, did?: string): Promise<RepoAuthor> {
    const { directory, host, names } = this.outside
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    const registered = did ?? (await directory.registers({ handle, signingKey: keypair.did(), pds: host.url }))
    const author = await RepoAuthor.create(registered, keypair)
    host.repos.set(registered, author)
    names.says(handle, registered)
    return author
  }

  /** Another PDS. */
  async opensHost(): Promise<RepoHost> {
    return this.#resources.use(await RepoHost.start(this.outside.spareHost, undefined))
  }

  /** Writes into a public repository, and a relay tells. */
  async tells(author: RepoAuthor, writes: Write[], relay: LyingRelay = this.outside.relay): Promise<void> {
    relay.sends('#commit', await author.writes(writes))
  }

  /** The PDS has the tarball. */
  holds({ record, bytes }: Draft): string {
    const { tarball } = record.record as unknown as app.npm.package.version.Main
    const cid = getBlobCidString(tarball)
    this.outside.host.blobs.set(cid, bytes)
    return cid
  }

  /** What is mirrored of it is what its PDS has, and its domain was asked. */
  async isMirrored({ did, state }: RepoAuthor): Promise<void> {
    await vi.waitFor(async () => {
      const { rows } = await this.sql('SELECT state, rev, handle_checked_at FROM mirror_repo WHERE did = $1', [did])
      expect(rows).toEqual([{ state: 'synchronised', rev: state.rev, handle_checked_at: expect.anything() }])
    }, waitMs)
  }

  /** What the AppView's database says. */
  async sql(query: string, values: unknown[] = []): Promise<pg.QueryResult> {
    const { url, schema } = this.inside.parts.config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      return await client.query(query, values)
    } finally {
      await client.end()
    }
  }

  /** Time goes by, and what is due by it is decided. */
  passes(hours: number): void {
    this.inside.clock.aheadMs += hours * hour
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}
