import { IdTokens } from '#common/ceremony/index.ts'
import type { Clock } from '#common/clock/index.ts'
import type { Kysely, OpenDatabase } from '#common/db/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import { type JtiTable, PostgresJtiStore } from '#common/service-auth/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import type { AppViewConfig } from '../config.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import { trustLabelers } from '../labels/index.ts'
import type { AppViewTables } from '../schema/index.ts'
import type { Updates } from '../updates/updates.ts'
import type { XrpcContext } from '../xrpc/context.ts'
import type { Subscription } from '../xrpc/subscriptions.ts'
import { Labeler } from './labeler.ts'
import { mountPutLabels } from './operation/index.ts'
import { RuleKeeper } from './rule-keeper.ts'
import { serveDidDocument } from './serve/did-document.ts'
import { queryLabels } from './serve/query-labels.ts'
import { subscribeLabels } from './serve/subscribe-labels.ts'
import { LabelStream } from './stream.ts'

interface Options {
  config: AppViewConfig
  database: OpenDatabase<AppViewTables>
  updates: Updates
  hosts: { org: PeerClient; people: PeerClient }
  clock: Clock
  log: Logger
}

interface Parts {
  labeler: Labeler
  stream: LabelStream
  rules: RuleKeeper
  idTokens: IdTokens
}

/** The company's labeler, as it runs in the AppView. */
export class Labeling implements AsyncDisposable {
  readonly #options: Options
  readonly #parts: Parts
  readonly #opened: AsyncDisposable

  private constructor(options: Options, parts: Parts, opened: AsyncDisposable) {
    this.#options = options
    this.#parts = parts
    this.#opened = opened
  }

  /** Its word counts from now on, and that of the labelers in the configuration. */
  static async start(options: Options): Promise<Labeling> {
    await using opening = new AsyncDisposableStack()
    const { config, database, updates, clock, log } = options
    const { db } = database
    const labeler = await Labeler.open({ did: config.self.did, ...config.labeler })
    const own = { did: labeler.did, trust: 'own' as const, values: null }
    const others = config.labelers.map(({ did, trust, values = null }) => ({
      did,
      trust: trust === 'ask' ? ('none' as const) : trust,
      values,
    }))
    await writeAlone(db, (tx) => trustLabelers(tx, [own, ...others], new Date(clock.now())))
    const stream = opening.use(new LabelStream(database, { labeler, log }))
    const rules = opening.use(new RuleKeeper({ db, labeler, updates, clock, log }))
    const idTokens = opening.use(new IdTokens(config.network.idps, { clock, outbound: config.outbound }))
    return new Labeling(options, { labeler, stream, rules, idTokens }, opening.move())
  }

  /** @returns the streams it has */
  mount(context: XrpcContext): Subscription[] {
    const { labeler, stream, rules, idTokens } = this.#parts
    const { config, database, hosts, clock } = this.#options
    const callers = {
      audience: config.self.did,
      identities: new IdentityResolver(config.network),
      jtis: new PostgresJtiStore(database.db as unknown as Kysely<JtiTable>),
      clock,
    }
    mountPutLabels(context, { labeler, rules, idTokens, callers, hosts })
    queryLabels(context, labeler)
    serveDidDocument(context.server, labeler, config.network)
    return [subscribeLabels(labeler, stream)]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}
