import type { DidString, HandleString } from '@atproto/syntax'
import { expect } from 'vitest'
import { AppView } from '#appview/index.ts'
import type { PeerName } from '#common/config/index.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/index.ts'
import { Gateway, type GatewayConfig } from '#gateway/index.ts'
import { app } from '#lexicons'
import { OrgPds } from '#pds/org/index.ts'
import { gatewayDatabase } from './gateway-database.ts'
import { Person } from './person.ts'
import { openSurroundings, type Surroundings, type Trusted } from './surroundings.ts'

/** A gateway among real components. `acme.test` is there; alice manages it and may do everything in it. */
export class GatewayScene implements AsyncDisposable {
  readonly parts: Surroundings
  /** DID of acme.test. */
  acme: DidString = 'did:plc:nobody'
  readonly alice: Person
  readonly bob: Person
  /** The AppView's, which tests set forward. */
  readonly clock = { aheadMs: 0, now: () => Date.now() + this.clock.aheadMs }
  readonly #around: AsyncDisposable
  readonly #running: { org?: OrgPds; appview?: AppView; gateway?: Gateway } = {}

  /**
   * @param limits of the gateway that differ
   * @param trusted whose jobs may publish, and whose word about builds counts
   */
  static async opens(limits: Partial<GatewayConfig['limits']> = {}, trusted: Trusted = {}): Promise<GatewayScene> {
    await using opening = new AsyncDisposableStack()
    const parts = await openSurroundings(opening, limits, trusted)
    const scene = new GatewayScene(parts, opening.move())
    try {
      for (const name of ['org', 'appview', 'gateway'] as const) await scene.starts(name)
      await scene.#seed()
      return scene
    } catch (error) {
      await scene[Symbol.asyncDispose]()
      throw error
    }
  }

  private constructor(parts: Surroundings, around: AsyncDisposable) {
    this.parts = parts
    this.#around = around
    this.alice = new Person(this.url, 'alice')
    this.bob = new Person(this.url, 'bob')
  }

  /** Of the gateway, as package managers know it. */
  get url(): string {
    return this.parts.net.network.publicUrls.gateway
  }

  /** What somebody has who broke into the org PDS. */
  get orgHost(): OrgPds['host'] {
    return this.#running.org?.host ?? expect.fail('the org PDS does not run')
  }

  async starts(name: 'org' | 'appview' | 'gateway', changes: Partial<GatewayConfig> = {}): Promise<void> {
    const { org, appview, gateway } = this.parts
    if (name === 'org') this.#running.org = await OrgPds.start(org)
    else if (name === 'appview') this.#running.appview = await AppView.start(appview, this.clock)
    else this.#running.gateway = await Gateway.start({ ...gateway, ...changes })
  }

  async stops(name: 'org' | 'appview' | 'gateway'): Promise<void> {
    await this.#running[name]?.[Symbol.asyncDispose]()
    delete this.#running[name]
  }

  /** As if no version had been served before. */
  async forgetsProofs(): Promise<void> {
    await using database = await gatewayDatabase(this.parts.gateway.database)
    await database.db.deleteFrom('proven_version').execute()
  }

  /** Another component, as somebody with the key of `caller` calls it. */
  async calls(name: PeerName, caller: PeerName = 'appliance'): Promise<PeerClient> {
    return createPeerClient(name, this.parts.net.network, await this.parts.net.authAs(caller))
  }

  /** Alice lets somebody do something with every package. */
  async permits(subject: string, action: string): Promise<void> {
    const answer = await this.alice.permits(this.acme, subject, action)
    if (!answer.ok) throw new Error(`no permission: ${await answer.text()}`)
  }

  /** Another organisation. @param manager somebody who has signed in. @returns its DID */
  async creates(handle: HandleString, manager: Person): Promise<DidString> {
    const org = await this.calls('org')
    const { did } = await org.call(app.npm.operation.createOrg, { input: { handle } })
    const people = await this.calls('people')
    const input = { org: did, managers: [await manager.did()] }
    const { uri, cid } = await people.call(app.npm.operation.registerOrg, { input })
    await (await this.calls('appview')).call(app.npm.registry.awaitRecord, { params: { uri, cid, timeoutMs: 5_000 } })
    return did
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of ['gateway', 'appview', 'org'] as const) await this.stops(name)
    await this.#around[Symbol.asyncDispose]()
  }

  async #seed(): Promise<void> {
    await this.alice.signsIn()
    await this.bob.signsIn()
    this.acme = await this.creates('acme.test', this.alice)
    for (const action of ['read', 'publish']) await this.permits(await this.alice.did(), action)
  }
}
