import { randomBytes } from 'node:crypto'
import { Secp256k1Keypair } from '@atproto/crypto'
import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { freePort } from '#appliance/config/free-port.ts'
import { DemoIdp, demoIdp } from '#appliance/demo/idp/index.ts'
import { drawRsaKey } from '#appliance/init/draw-keys.ts'
import type { Clock } from '#common/clock/index.ts'
import type { IdpConfig, PeerName } from '#common/config/index.ts'
import { buildGenesis } from '#common/identity/index.ts'
import type { BuiltRecord, UnplacedRecord } from '#common/records/index.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { Directory } from '#pds/directory/index.ts'
import type { PdsHostConfig } from '#pds/host/index.ts'
import { OrgPds } from '#pds/org/index.ts'
import { type PeopleConfig, PeoplePds, peopleConfigSchema } from '#pds/people/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'
import { ParkingLot } from './parking-lot.ts'
import { SmallAppView } from './small-appview.ts'

/** A clock that runs like any other until it is set forward. */
export class AdjustableClock implements Clock {
  aheadMs = 0

  now(): number {
    return Date.now() + this.aheadMs
  }
}

interface Parts {
  net: TestNetwork
  config: PeopleConfig
  orgConfig: PdsHostConfig
  clock: AdjustableClock
  parked: ParkingLot
  appview: SmallAppView
  idpOrigin: string
  acme: string
  people: PeoplePds
  org: OrgPds
}

/** The people PDS with everything around it: directory, organisations' PDS, a certified OpenID provider, Postgres. */
export class Scene implements AsyncDisposable {
  readonly net: TestNetwork
  readonly config: PeopleConfig
  readonly clock: AdjustableClock
  /** Where the gateway's parked uploads are. */
  readonly parked: ParkingLot
  readonly appview: SmallAppView
  readonly idpOrigin: string
  /** DID of acme.test. */
  readonly acme: string
  #orgConfig: PdsHostConfig
  readonly #around: AsyncDisposable
  #people: PeoplePds | undefined
  #org: OrgPds | undefined

  /**
   * @param policy.maxAgeSeconds how old a second factor may be
   * @param policy.pagesHost host of the pages' address; browsers make passkeys for names alone
   */
  static async open({ maxAgeSeconds = 0, pagesHost = '127.0.0.1' } = {}): Promise<Scene> {
    await using opening = new AsyncDisposableStack()
    const [idpPort, pagesPort] = [await freePort(), await freePort()]
    const registryKey = randomBytes(32).toString('hex')
    const { did: registryDid } = await buildGenesis(await Secp256k1Keypair.import(registryKey))
    const publicUrls = { gateway: 'http://localhost:4873', people: `http://${pagesHost}:${pagesPort}` }
    const secret = randomBytes(16).toString('hex')
    const net = opening.use(await testNetwork({ idps: [demoIdp(idpPort, maxAgeSeconds)], registryDid, publicUrls }))
    const idp = opening.use(
      await DemoIdp.start({
        listen: { host: '127.0.0.1', port: idpPort },
        client: { secret, redirectUris: [`${publicUrls.people}/oidc/callback`] },
        seed: 'a-seed-for-tests-only',
        signingKey: await drawRsaKey(),
        logLevel: 'silent',
      }),
    )
    opening.use(await Directory.start(await net.configFor('directory')))
    const parked = opening.use(await ParkingLot.open(await net.configFor('gateway')))
    const appview = opening.use(await SmallAppView.open(await net.configFor('appview')))
    const config = peopleConfigSchema.parse({
      ...(await pdsConfig(net, 'people')),
      // A demo person is called so, too: the name is taken before they come.
      registry: { did: registryDid, handle: 'dan.people.test', privateKeyHex: registryKey },
      pages: { port: pagesPort },
      idpClientSecrets: { [idp.issuer]: secret },
      handleSuffix: 'people.test',
      handleCheckMs: 200,
    })
    const orgConfig = await pdsConfig(net, 'org')
    const org = await OrgPds.start(orgConfig)
    const appliance = createPeerClient('org', net.network, await net.authAs('appliance'))
    const { did: acme } = await appliance.call(app.npm.operation.createOrg, { input: { handle: 'acme.test' } })
    const clock = new AdjustableClock()
    const people = await PeoplePds.start(config, clock)
    const parts = { net, config, orgConfig, clock, parked, appview, idpOrigin: idp.issuer, acme, people, org }
    return new Scene(parts, opening.move())
  }

  private constructor(parts: Parts, around: AsyncDisposable) {
    this.net = parts.net
    this.config = parts.config
    this.clock = parts.clock
    this.parked = parts.parked
    this.appview = parts.appview
    this.idpOrigin = parts.idpOrigin
    this.acme = parts.acme
    this.#orgConfig = parts.orgConfig
    this.#people = parts.people
    this.#org = parts.org
    this.#around = around
  }

  /** The people PDS, or another, as somebody with this component's key calls it. */
  async callAs(name: PeerName, whom: PeerName = 'people'): Promise<PeerClient> {
    return createPeerClient(whom, this.net.network, await this.net.authAs(name))
  }

  /** What the people PDS remembers. */
  async readPeopleTables<Row extends object>(query: string): Promise<Row[]> {
    const { url, schema } = this.config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      return (await client.query<Row>(query)).rows
    } finally {
      await client.end()
    }
  }

  /** Stops the people PDS and starts it again. @param changes to its configuration */
  async restartPeople(changes: Partial<PeopleConfig> = {}): Promise<void> {
    await this.#people?.[Symbol.asyncDispose]()
    this.#people = undefined
    this.#people = await PeoplePds.start({ ...this.config, ...changes }, this.clock)
  }

  /** Changes what the people PDS remembers, as a mistake of administrators would. */
  async changePeopleTables(statement: string, values: readonly string[]): Promise<void> {
    const { url, schema } = this.config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      await client.query(statement, [...values])
    } finally {
      await client.end()
    }
  }

  /** Both PDSes know these identity providers, beside the demo's, from now on. @param secrets issuer → client secret */
  async usesProviders(idps: readonly IdpConfig[], secrets: Readonly<Record<string, string>>): Promise<void> {
    const network = { ...this.config.network, idps: [...this.config.network.idps, ...idps] }
    await this.restartPeople({ network, idpClientSecrets: { ...this.config.idpClientSecrets, ...secrets } })
    await this.stopOrg()
    this.#orgConfig = { ...this.#orgConfig, network }
    await this.startOrg()
  }

  /** Where identity providers send people back to. */
  get redirectUri(): string {
    return `${this.config.network.publicUrls.people}/oidc/callback`
  }

  /** Another organisation. @returns its DID */
  async createOrg(handle: `${string}.${string}`): Promise<DidString> {
    const appliance = createPeerClient('org', this.net.network, await this.net.authAs('appliance'))
    return (await appliance.call(app.npm.operation.createOrg, { input: { handle } })).did
  }

  /** What somebody who broke into the org PDS could write. */
  async breaksIntoOrg(did: string, { collection, rkey, record }: BuiltRecord): Promise<void> {
    const write = { action: 'create' as const, collection, rkey, record }
    await this.#org?.host.write(did, [write], { by: 'a burglar', procedure: 'none' })
  }

  /** Puts a record into a person's repository, which nobody but the people PDS itself could. */
  async writesAs(did: string, { collection, rkey, record }: UnplacedRecord): Promise<void> {
    const write = { action: 'put' as const, collection, rkey, record }
    await this.#people?.host.write(did, [write], { by: did, procedure: 'none' })
  }

  async stopOrg(): Promise<void> {
    await this.#org?.[Symbol.asyncDispose]()
    this.#org = undefined
  }

  /** @param changes to its configuration */
  async startOrg(changes: Partial<PdsHostConfig> = {}): Promise<void> {
    this.#org = await OrgPds.start({ ...this.#orgConfig, ...changes })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#people?.[Symbol.asyncDispose]()
    await this.stopOrg()
    await this.#around[Symbol.asyncDispose]()
  }
}
