import type { Clock } from '#common/clock/index.ts'
import { createLogger } from '#common/log/index.ts'
import { versionKey } from '#common/names/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PromotionContext } from '#pds/org/promotion/context.ts'
import { crossPublish } from '#pds/org/promotion/cross-publish/cross-publish.ts'
import { CrossPublisher } from '#pds/org/promotion/cross-publish/cross-publisher.ts'
import { Promoter } from '#pds/org/promotion/promoter.ts'
import type { Promotion } from '#pds/org/promotion/promotion.ts'
import { findPromotion } from '#pds/org/promotion/promotions.ts'
import { crossPublishVersions } from '#pds/org/promotion/steps/cross-publish.ts'
import { openScene, type Scene } from '#test/component/org/scene.ts'
import { type NpmRegistry, startNpmRegistry } from '#test/support/npm-registry.ts'

const token = 'npm_may_publish'
const nobodySays = { by: 'did:web:org.test', procedure: 'the test' }

/** An org PDS with packages that came as far as `seen`, and another registry. */
export class PublicPackages implements AsyncDisposable {
  readonly scene: Scene
  readonly registry: NpmRegistry
  /** Names of tags that no preflight lets out. */
  readonly hiddenTags = new Set<string>()
  /** Moved by tests: nobody waits. */
  now = Date.now()
  #publisher: CrossPublisher
  readonly #opened: AsyncDisposable

  private constructor(scene: Scene, registry: NpmRegistry, opened: AsyncDisposable) {
    this.scene = scene
    this.registry = registry
    this.#opened = opened
    this.#publisher = this.#publisherTo(registry.url)
  }

  static async opens(): Promise<PublicPackages> {
    await using opening = new AsyncDisposableStack()
    const registry = opening.use(await startNpmRegistry(token))
    const scene = opening.use(await openScene())
    const { alice } = scene
    const rule = { id: 'alice-publishes', subject: alice.did, action: 'publish', packages: '@acme.test/*' }
    await alice.approves(await alice.preparesPermission(rule))
    return new PublicPackages(scene, registry, opening.move())
  }

  get host() {
    return this.scene.org.host
  }

  /** Publishes inside. */
  async publishes(spec: string, options: { tag?: string; files?: Record<string, string> } = {}): Promise<void> {
    const answer = await this.scene.alice.approves(await this.scene.alice.preparesPublish(spec, options))
    if (answer.status !== 200) throw new Error(`publishing ${spec} answered ${answer.status}`)
  }

  /** What the records would say of a promotion that was approved, and seen on the public network. @returns its TID */
  async promotes(
    name: string,
    versions: readonly string[],
    others: readonly { version: string; cid: string }[] = [],
  ): Promise<string> {
    const { acme, alice } = this.scene
    const id = createTid()
    const createdAt = new Date().toISOString()
    const chosen = await Promise.all(
      versions.map(async (version) => ({ version, cid: await this.cidOf(name, version) })),
    )
    const { promotion, promotionDecision, promotionProgress } = app.npm.org
    const asked = { name, versions: [...chosen, ...others], follow: 'auto', requestedBy: alice.did, createdAt }
    const [written] = await this.#write(promotion.$nsid, id, asked)
    const about = { uri: `at://${acme}/${promotion.$nsid}/${id}`, cid: written?.cid ?? '' }
    await this.#write(promotionDecision.$nsid, id, { name, promotion: about, decision: 'approved', createdAt })
    await this.#write(promotionProgress.$nsid, id, {
      promotion: about,
      state: 'seen',
      attesters: [],
      updatedAt: createdAt,
    })
    return id
  }

  async withdraws(id: string): Promise<void> {
    const { promotionDecision } = app.npm.org
    const found = await this.host.findRecord(this.scene.acme, promotionDecision.$nsid, id)
    await this.#write(promotionDecision.$nsid, id, { ...found?.record, decision: 'withdrawn' } as never)
  }

  async follows(id: string, version: string): Promise<void> {
    const { promotionProgress } = app.npm.org
    const found = await this.host.findRecord(this.scene.acme, promotionProgress.$nsid, id)
    const { request } = await this.promotion(id)
    const followed = [{ version, cid: await this.cidOf(request.name, version) }]
    await this.#write(promotionProgress.$nsid, id, { ...found?.record, followed } as never)
  }

  async promotion(id: string): Promise<Promotion> {
    const found = await findPromotion(this.host, this.scene.acme, id)
    if (found === undefined) throw new Error('there is no such promotion')
    return found
  }

  /** The step of a promotion. */
  async step(id: string): Promise<void> {
    await crossPublishVersions.take(this.#context, await this.promotion(id))
  }

  /** What is done for a promotion that is done. */
  async keeps(id: string): Promise<boolean> {
    return crossPublish(this.#context, await this.promotion(id))
  }

  /** What looks after promotions. Nothing else of it works here: there is no public PDS. */
  promoter(): Promoter {
    return new Promoter(this.#context)
  }

  /** Nothing is left of what the process had in memory. */
  async restarts(url = this.registry.url, ownToken = token): Promise<void> {
    await this.#publisher[Symbol.asyncDispose]()
    this.#publisher = this.#publisherTo(url, ownToken)
  }

  async cidOf(name: string, version: string): Promise<string> {
    const found = await this.host.findRecord(this.scene.acme, app.npm.package.version.$nsid, versionKey(name, version))
    return found?.cid ?? ''
  }

  /** The record of a version. */
  async version(name: string, version: string): Promise<app.npm.package.version.Main> {
    const found = await this.host.findRecord(this.scene.acme, app.npm.package.version.$nsid, versionKey(name, version))
    return app.npm.package.version.main.parse(found?.record)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#publisher[Symbol.asyncDispose]()
    await this.#opened[Symbol.asyncDispose]()
  }

  get #context(): PromotionContext {
    const log = createLogger('org', 'silent')
    return {
      host: this.host,
      self: 'did:web:org.test',
      crossPublisher: this.#publisher,
      edge: this.#edge,
      clock: this.#clock,
      log,
    } as never
  }

  /** What the public repository of the organisation would hold of tags. */
  get #edge() {
    const { $nsid: collection } = app.npm.package.tag
    const getState = async (did: string) => {
      const found = await this.host.listRecords(did, collection, { limit: 1_000 })
      const shown = found.filter(({ record }) => !this.hiddenTags.has(String(record['tag'])))
      return { records: shown.map(({ rkey, cid }) => ({ collection, rkey, cid })) }
    }
    return { getState }
  }

  get #clock(): Clock {
    return { now: () => this.now }
  }

  #publisherTo(registry: string, ownToken = token): CrossPublisher {
    return new CrossPublisher({ registry, token: ownToken }, { outbound: outboundSchema.parse({}), clock: this.#clock })
  }

  #write(collection: string, rkey: string, fields: object) {
    const record = { $type: collection, ...fields }
    return this.host.write(this.scene.acme, [{ action: 'put', collection, rkey, record }], nobodySays)
  }
}
