import { Secp256k1Keypair } from '@atproto/crypto'
import { healthReportSchema } from '#common/health/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { Relay, type RelayConfig, relayConfigSchema } from '#relay/index.ts'
import { monitorToken, type TestNetwork, testNetwork } from '#test/support/network.ts'
import { RepoAuthor } from '#test/support/repo-author.ts'
import { AdversarialHost } from './adversarial-host.ts'
import { SmallDirectory } from './small-directory.ts'
import { Subscriber } from './subscriber.ts'

interface Health {
  leading: boolean
  subscribers: number
  /** How often, by reason. */
  dropped: Record<string, number>
}

/** A real relay on a real database between two hosts that do what the test says. */
export class RelayScene implements AsyncDisposable {
  readonly net: TestNetwork
  readonly directory: SmallDirectory
  readonly org: AdversarialHost
  readonly people: AdversarialHost
  readonly appview: PeerAuth
  readonly config: RelayConfig
  readonly #resources: AsyncDisposableStack
  #relay: Relay | undefined

  private constructor(
    parts: Pick<RelayScene, 'net' | 'directory' | 'org' | 'people' | 'appview' | 'config'>,
    resources: AsyncDisposableStack,
  ) {
    this.net = parts.net
    this.directory = parts.directory
    this.org = parts.org
    this.people = parts.people
    this.appview = parts.appview
    this.config = parts.config
    this.#resources = resources
  }

  /** @param settings of the relay that differ; by default it does not crawl while a test runs */
  static async opens(settings: object = {}): Promise<RelayScene> {
    await using resources = new AsyncDisposableStack()
    const net = resources.use(await testNetwork())
    const directory = resources.use(await SmallDirectory.start(net.network))
    const { hosts } = net.network
    const org = resources.use(await AdversarialHost.start(hosts.org[0] ?? '', await net.authAs('org')))
    const people = resources.use(await AdversarialHost.start(hosts.people[0] ?? '', await net.authAs('people')))
    const config = relayConfigSchema.parse({
      ...(await net.configFor('relay')),
      crawl: { graceSeconds: 3600 },
      ...settings,
    })
    const appview = await net.authAs('appview')
    const scene = new RelayScene({ net, directory, org, people, appview, config }, resources.move())
    await scene.relayStarts()
    return scene
  }

  get relayUrl(): string {
    return `http://127.0.0.1:${this.config.listen.port}`
  }

  async relayStarts(): Promise<void> {
    this.#relay = await Relay.start(this.config)
  }

  async relayStops(): Promise<void> {
    await this.#relay?.[Symbol.asyncDispose]()
    this.#relay = undefined
  }

  /** An account on one of the hosts; its host has sent the first commit. */
  async joins(host: AdversarialHost): Promise<RepoAuthor> {
    const author = await this.registers(host)
    host.sends('#commit', await author.begins())
    return author
  }

  /** An account of which the host has not said anything yet. */
  async registers(host: AdversarialHost): Promise<RepoAuthor> {
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    const author = await RepoAuthor.create(await this.directory.registers(keypair.did(), host.url), keypair)
    host.repos.set(author.did, author)
    return author
  }

  async subscribes(cursor?: number): Promise<Subscriber> {
    return this.#resources.use(await Subscriber.connects(this.relayUrl, this.appview, cursor))
  }

  async health(): Promise<Health> {
    return healthOf(this.relayUrl)
  }

  async asks(method: string, query: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${await this.appview.tokenFor('relay', method)}` }
    const response = await fetch(`${this.relayUrl}/xrpc/${method}?${new URLSearchParams(query)}`, { headers })
    return { status: response.status, body: await response.json() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relayStops()
    await this.#resources.disposeAsync()
  }
}

/** What a relay says of itself to whoever watches it. */
export async function healthOf(relayUrl: string): Promise<Health> {
  const response = await fetch(`${relayUrl}/readyz`, { headers: { authorization: `Bearer ${monitorToken}` } })
  const { leading, subscribers = 0, ...counts } = healthReportSchema.parse(await response.json()).counts
  const dropped = Object.entries(counts).map(([name, count]) => [name.replace('dropped.', ''), count])
  return { leading: leading === 1, subscribers, dropped: Object.fromEntries(dropped) }
}
