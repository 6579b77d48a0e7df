import type { DidString } from '@atproto/syntax'
import { vi } from 'vitest'
import { findPeople, openAdmin, operate } from '#appliance/admin/index.ts'
import type { ComponentConfigs } from '#appliance/init/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { versionKey } from '#common/names/index.ts'
import {
  approvePromotion,
  consentToPromotion,
  type PromotionRequest,
  putSource,
  requestPromotion,
  withdrawPromotion,
} from '#common/operations/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'
import { createEdgeClient, type EdgeClient } from '#pds/promote/index.ts'
import { BoxPerson, parseSpec } from '#test/support/box-person.ts'
import { Developer } from '#test/support/developer.ts'
import { type OpenBox, openBox } from '#test/support/open-box.ts'
import { PublicNetwork, settingsFor } from '#test/support/public-network/index.ts'
import { WebhookReceiver } from '#test/support/webhook-receiver.ts'
import { BrokenGateway } from './broken-gateway.ts'
import { Door } from './door.ts'

export type Listed = app.npm.operation.defs.Promotion
export type PersonName = 'alice' | 'bob' | 'carol' | 'dan'

export const source = {
  issuer: 'https://token.actions.githubusercontent.com',
  repository: 'https://github.com/acme/hello',
  repositoryId: '4711',
  ownerId: '42',
}
export const waivers = [{ code: 'provenance-missing', reason: 'built before there was CI' }]
const patience = { timeout: Number(process.env['PATIENCE'] ?? 60_000), interval: 300 }

/** A clock that runs like any other until it is set forward. */
export class SetClock implements Clock {
  aheadMs = 0

  now(): number {
    return Date.now() + this.aheadMs
  }
}

/**
 * A whole box that makes packages public, in one process, beside a public network. alice and bob publish and may ask, carol may approve, dan
 * manages.
 */
export class PromotionScene implements AsyncDisposable {
  readonly network: PublicNetwork
  readonly box: OpenBox
  readonly gateway: BrokenGateway
  /** Of the org PDS. */
  readonly clock: SetClock
  /** Through which each inside PDS goes to its edge. */
  readonly doors: Readonly<Record<'org' | 'people', Door>>
  /** Is told of everything. */
  readonly hook: WebhookReceiver
  readonly #carol: BoxPerson
  readonly #opened: AsyncDisposable

  private constructor(
    parts: Pick<PromotionScene, 'network' | 'box' | 'clock' | 'doors' | 'hook'> & { carol: BoxPerson },
    opened: AsyncDisposable,
  ) {
    this.network = parts.network
    this.box = parts.box
    this.clock = parts.clock
    this.doors = parts.doors
    this.hook = parts.hook
    this.gateway = new BrokenGateway(parts.box)
    this.#carol = parts.carol
    this.#opened = opened
  }

  static async opens(): Promise<PromotionScene> {
    await using opening = new AsyncDisposableStack()
    const network = opening.use(await PublicNetwork.start({ empty: true }))
    const settings = `${settingsFor(network)}promotion:\n  internalDomains: [corp.acme.test]\n`
    const clock = new SetClock()
    const doors = { org: opening.use(await Door.start()), people: opening.use(await Door.start()) }
    const hook = opening.use(await WebhookReceiver.start())
    const adjust = (configs: ComponentConfigs) => {
      Object.assign(configs.appview, { notices: { webhooks: [hook.webhook] } })
      for (const role of ['org', 'people'] as const) {
        const { edge } = (configs[role] as { promotion: { edge: { url: string } } }).promotion
        doors[role].target = edge.url
        edge.url = doors[role].url
      }
    }
    const box = opening.use(await openBox({ settings, orgClock: clock, adjust }))
    network.names.says('acme.test', box.acme)
    const carol = await comes(box, 'carol')
    const scene = new PromotionScene({ network, box, clock, doors, hook, carol }, opening.move())
    const everything = { effect: 'allow', packages: '@acme.test/*' } as const
    const dan = scene.person('dan')
    for (const name of ['alice', 'bob'] as const) {
      await dan.permits(box.acme, { ...everything, subject: scene.person(name).did, action: 'promote' })
    }
    await dan.permits(box.acme, { ...everything, subject: scene.person('bob').did, action: 'publish' })
    await dan.permits(box.acme, { ...everything, subject: carol.did, action: 'approve-promotion' })
    return scene
  }

  person(name: PersonName): BoxPerson {
    return name === 'carol' ? this.#carol : this.box.person(name)
  }

  get acme(): DidString {
    return this.box.acme
  }

  /** With everything that a preflight asks for. @param spec such as `@acme.test/ui@1.0.0` */
  async publishes(spec: string, { by = 'alice' as PersonName, files = {}, manifest = {} } = {}): Promise<string> {
    await this.person(by).publishes(spec, { LICENSE: 'MIT License\n', ...files }, manifest)
    await this.box.settles()
    return this.cidOf(spec)
  }

  /** Publishes the first version of a package, and declares its source. */
  async begins(spec: string, further: Parameters<PromotionScene['publishes']>[1] = {}): Promise<string> {
    const cid = await this.publishes(spec, further)
    await this.describes(parseSpec(spec).name)
    return cid
  }

  /** What is said of a package as a whole. */
  async describes(name: string, changes: object = {}): Promise<void> {
    const input = { name, description: 'A package for tests', license: 'MIT', source, ...changes }
    await this.operates('dan', putSource.procedure, input)
    await this.box.settles()
  }

  /** CID of a version's record. */
  async cidOf(spec: string, org: string = this.acme): Promise<string> {
    const { name, version } = parseSpec(spec)
    const found = await this.box.parts.org.host.findRecord(
      org,
      app.npm.package.version.$nsid,
      versionKey(name, version),
    )
    if (found === undefined) throw new Error(`there is no ${spec}`)
    return found.cid
  }

  /** A request as an honest gateway would write it down. */
  async draft(spec: string, by: PersonName = 'alice', changes: Partial<PromotionRequest> = {}) {
    const { name, version } = parseSpec(spec)
    const request: PromotionRequest = {
      id: createTid(),
      name,
      versions: [{ version, cid: await this.cidOf(spec) }],
      follow: 'manual',
      waivers,
      requestedBy: this.person(by).did,
      createdAt: new Date().toISOString(),
      ...changes,
    }
    return request
  }

  /** Through the honest gateway, with the whole ceremony. @throws OperationRefused */
  async operates(who: PersonName, procedure: string, input: object, org: string = this.acme) {
    const developer = await this.person(who).atWork()
    const personal = { url: developer.gateway, token: developer.token }
    return operate(personal, { procedure, org, input: input as Record<string, unknown> }, (page) =>
      developer.approve(page),
    )
  }

  /** By a gateway that asks for whatever the test says. @returns the error's code, or `done` */
  asks(request: PromotionRequest, by: PersonName = 'alice'): Promise<string> {
    return this.gateway.does(this.person(by), requestPromotion.procedure, request)
  }

  async approves(request: PromotionRequest, by: PersonName = 'carol', changes: object = {}): Promise<string> {
    const attest = 'attest' in changes ? changes.attest : await this.attested(request)
    const input = { request, createdAt: new Date().toISOString(), ...changes, attest }
    return this.gateway.does(this.person(by), approvePromotion.procedure, input)
  }

  agrees(request: PromotionRequest, by: PersonName): Promise<unknown> {
    return this.operates(by, consentToPromotion.procedure, { ...request, record: '' })
  }

  async withdraws(request: PromotionRequest, by: PersonName = 'alice', changes: object = {}): Promise<string> {
    const promotion = (await this.listed(request)).cid
    const input = { id: request.id, promotion, name: request.name, reason: 'enough', ...changes }
    return this.gateway.does(this.person(by), withdrawPromotion.procedure, input)
  }

  /** What somebody who approves stands behind. */
  async attested({ name, versions }: PromotionRequest) {
    return Promise.all(
      versions.map(async ({ version, cid }) => {
        const { $nsid } = app.npm.package.version
        const found = await this.box.parts.org.host.findRecord(this.acme, $nsid, versionKey(name, version))
        return { version, cid, integrity: String(found?.record['integrity']) }
      }),
    )
  }

  async listed({ id }: Pick<PromotionRequest, 'id'>, org = this.acme): Promise<Listed> {
    const pds = await this.box.calls('org', { as: 'gateway' })
    const { promotions } = await pds.call(app.npm.operation.listPromotions, { params: { org } })
    const found = promotions.find((each) => each.id === id)
    if (found === undefined) throw new Error(`nobody asked for ${id}`)
    return found
  }

  /** Waits for it. */
  async becomes(request: PromotionRequest, state: Listed['state']): Promise<Listed> {
    return vi.waitFor(async () => {
      this.looks()
      const found = await this.listed(request)
      if (found.state !== state || found.problem !== undefined) throw new Error(`${found.state}: ${found.problem}`)
      return found
    }, patience)
  }

  /** Waits until it has come so far, whatever it waits for then. */
  async reaches(request: PromotionRequest, state: Listed['state']): Promise<void> {
    await this.until(async () => {
      const found = await this.listed(request)
      if (found.state !== state) throw new Error(`${found.state}: ${found.problem}`)
    })
  }

  /** Waits for why something does not go on. */
  async says(request: PromotionRequest, problem: string): Promise<void> {
    await vi.waitFor(async () => {
      const found = await this.listed(request)
      if (found.problem?.includes(problem) !== true) throw new Error(`${found.state}: ${found.problem}`)
    }, patience)
  }

  /** Has the promoter look now, as it does every half minute. */
  looks(): void {
    this.box.parts.org.promotions?.promoter.wake()
  }

  /** Waits while the promoter looks again and again. */
  async until(holds: () => Promise<void>): Promise<void> {
    await vi.waitFor(
      async () => {
        this.looks()
        await holds()
      },
      { timeout: Number(process.env['PATIENCE'] ?? 60_000), interval: 1_000 },
    )
  }

  /** As the inside PDS of that role. */
  async edge(role: 'org' | 'people'): Promise<EdgeClient> {
    const { self, promotion } = this.box.parts.configs[role]
    if (promotion === undefined) throw new Error('nothing is made public here')
    return createEdgeClient({ self, peer: promotion.edge })
  }

  /** `collection/rkey` → CID of everything that an account has in public. */
  async inPublic(role: 'org' | 'people', did: string): Promise<Map<string, string>> {
    const edge = await this.edge(role)
    const state = await edge.getState(did).catch((error: { code?: string }) => {
      if (error.code === 'RepoNotFound') return { records: [] }
      throw error
    })
    return new Map(state.records.map(({ collection, rkey, cid }) => [`${collection}/${rkey}`, cid]))
  }

  /** CIDs of the versions that somebody attests in public. */
  async attestedInPublic(name: PersonName): Promise<string[]> {
    const prefix = `${app.npm.publish.attestation.$nsid}/`
    const records = await this.inPublic('people', this.person(name).did)
    return [...records.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}

/** Somebody who has not been here before. */
async function comes(box: OpenBox, username: string): Promise<BoxPerson> {
  await Developer.signIn(box.gateway, username)
  const [found] = await findPeople(await openAdmin(box.parts.settings), [username])
  if (found === undefined) throw new Error(`${username} has no account`)
  return new BoxPerson(box.gateway, username, found.did)
}
