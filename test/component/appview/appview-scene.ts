import { Secp256k1Keypair } from '@atproto/crypto'
import { AppView, type AppViewConfig, appviewConfigSchema } from '#appview/index.ts'
import type { PeerName } from '#common/config/index.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { RepoAuthor, type Write } from '#test/support/repo-author.ts'
import { LyingRelay } from './lying-relay.ts'
import { RecordingRegistry } from './recording-registry.ts'
import { RepoHost } from './repo-host.ts'
import { TestDirectory } from './test-directory.ts'

interface Parts {
  net: TestNetwork
  directory: TestDirectory
  org: RepoHost
  people: RepoHost
  relay: LyingRelay
  registry: RecordingRegistry
  gateway: PeerClient
  registrar: RepoAuthor
  acme: RepoAuthor
  alice: RepoAuthor
  bob: RepoAuthor
  config: AppViewConfig
}

type Member = 'registrar' | 'acme' | 'alice' | 'bob'

/**
 * A real AppView on a real database, between hosts and a relay that do what the test says. The organisation `acme.test`
 * is registered, alice is its first manager, bob is anybody.
 */
export class AppViewScene implements AsyncDisposable {
  readonly parts: Parts
  readonly #resources: AsyncDisposableStack
  #appview: AppView | undefined
  /** Tests move it. */
  readonly clock = { aheadMs: 0, now: () => Date.now() + this.clock.aheadMs }

  private constructor(parts: Parts, resources: AsyncDisposableStack) {
    this.parts = parts
    this.#resources = resources
  }

  /** @param settings of the AppView that differ */
  static async opens(settings: Partial<AppViewConfig> & { names?: string[] } = {}): Promise<AppViewScene> {
    await using resources = new AsyncDisposableStack()
    const { names = [], ...rest } = settings
    const net = resources.use(await testNetwork())
    const { hosts, peers } = net.network
    const directory = resources.use(await TestDirectory.start(net.network))
    const org = resources.use(await RepoHost.start(hosts.org[0] ?? '', await net.authAs('org')))
    const people = resources.use(await RepoHost.start(hosts.people[0] ?? '', await net.authAs('people')))
    const relay = resources.use(await LyingRelay.start(peers.relay.url, await net.authAs('relay')))
    const registry = resources.use(await RecordingRegistry.start())
    const joins = (handle: string, host: RepoHost) => join(directory, handle, host)
    const registrar = await joins('registry.test', people)
    const acme = await joins('acme.test', org)
    const alice = await joins('alice.people.test', people)
    const bob = await joins('bob.people.test', people)
    const config = appviewConfigSchema.parse({
      ...(await net.configFor('appview')),
      network: { ...net.network, registryDid: registrar.did, names: { private: names } },
      upstreams: [
        {
          name: 'default',
          scopes: 'default',
          url: registry.url,
          credentials: { token: 'upstream-secret' },
          timeoutMs: 2_000,
        },
      ],
      labeler: { privateKeyHex: 'a1'.repeat(32) },
      auditIntervalMs: 3_600_000,
      ...rest,
    })
    const gateway = createPeerClient('appview', net.network, await net.authAs('gateway'))
    const parts = { net, directory, org, people, relay, registry, gateway, registrar, acme, alice, bob, config }
    const scene = new AppViewScene(parts, resources.move())
    await registrar.writes([put(app.npm.registry.org.$nsid, acme.did, { org: acme.did, managers: [alice.did] })])
    return scene
  }

  async starts(): Promise<void> {
    this.#appview = await AppView.start(this.parts.config, this.clock)
  }

  async stops(): Promise<void> {
    await this.#appview?.[Symbol.asyncDispose]()
    this.#appview = undefined
  }

  /** Another account. */
  joins(handle: string, host: RepoHost): Promise<RepoAuthor> {
    return join(this.parts.directory, handle, host)
  }

  /** Writes into a repository, and the relay tells. */
  async tells(author: RepoAuthor | Member, writes: Write[]): Promise<void> {
    const repo = typeof author === 'string' ? this.parts[author] : author
    this.parts.relay.sends('#commit', await repo.writes(writes))
  }

  /** Somebody else than the gateway calls. */
  async callsAs(name: PeerName): Promise<PeerClient> {
    return createPeerClient('appview', this.parts.net.network, await this.parts.net.authAs(name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stops()
    await this.#resources.disposeAsync()
  }
}

/** A write that creates a record. */
export function put(collection: string, rkey: string, fields: object, action: Write['action'] = 'create'): Write {
  const record = { $type: collection, createdAt: new Date().toISOString(), ...fields }
  return { action, path: `${collection}/${rkey}`, record: record as Write['record'] & object }
}

async function join(directory: TestDirectory, handle: string, host: RepoHost): Promise<RepoAuthor> {
  const keypair = await Secp256k1Keypair.create({ exportable: true })
  const did = await directory.registers({ handle, signingKey: keypair.did(), pds: host.url })
  const author = await RepoAuthor.create(did, keypair)
  host.repos.set(did, author)
  return author
}
