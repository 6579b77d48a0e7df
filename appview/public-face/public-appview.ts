import { type Clock, systemClock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import { createLogger, type Logger } from '#common/log/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { Rounds } from '#common/rounds/index.ts'
import { createPeerAuth, type JtiTable, PostgresJtiStore } from '#common/service-auth/index.ts'
import { createServer, listen, peerAuthorizer } from '#common/xrpc/index.ts'
import { Mirror } from '../mirror/index.ts'
import { type Db, openAppViewDatabase } from '../schema/index.ts'
import { sweepUpdates } from '../updates/sweep.ts'
import { Updates } from '../updates/updates.ts'
import { Upstream } from '../upstream/upstream.ts'
import { UpstreamStore } from '../upstream/upstream-store.ts'
import type { PublicAppViewConfig } from './config.ts'
import { keepFound } from './keep-found.ts'
import { facePolicy } from './policy.ts'
import { renderAll } from './render-all.ts'
import { watchFace } from './watch-face.ts'
import { mountFace } from './xrpc/index.ts'

// Nothing that is asked here has a body.
const bodyLimitBytes = 1_024
const sweepEveryMs = 600_000

/**
 * What strangers may see of packages that were promoted: the mirror of the public network, pointed at the edge PDSes alone. It knows nothing of
 * the private network, so it has nothing of it to tell.
 */
export class PublicAppView implements AsyncDisposable {
  /** Where it listens. */
  readonly url: string
  readonly #resources: AsyncDisposableStack

  private constructor(url: string, resources: AsyncDisposableStack) {
    this.url = url
    this.#resources = resources
  }

  /** Listens at once; what it has not heard of yet is not there. @param clock tests move it */
  static async start(config: PublicAppViewConfig, clock: Clock = systemClock): Promise<PublicAppView> {
    await using resources = new AsyncDisposableStack()
    const { outbound, publicUrl: gatewayUrl, marker } = config
    const log = createLogger('public-appview', config.logLevel)
    const monitoring = resources.use(new Monitoring({ component: 'public-appview', config }))
    const database = resources.use(await openAppViewDatabase(config.database))
    const { db } = database
    const auth = await createPeerAuth(config, new PostgresJtiStore(db as unknown as Kysely<JtiTable>))
    const setting = { policy: facePolicy, privateNames: [], clock }
    const store = new UpstreamStore(db, setting)
    const parties = { ...config.hosts, maxAccounts: config.maxAccounts }
    const rendering = { onRendered: keepFound, tellsProvenance: true }
    await renderAll(db, new Date(clock.now()))
    const shared = { outbound, gatewayUrl, db, log, store, privateNames: [], marker, clock }
    const mirror = resources.use(await Mirror.start({ ...shared, config: followed(config), parties, rendering }))
    const publicOrigin = (did: string) => mirror.origin(did)
    const none = { upstreams: [], outbound }
    const upstream = resources.use(new Upstream({ config: none, gatewayUrl, db, log, setting, publicOrigin }))
    const updates = resources.use(new Updates(database, log))
    resources.use(keepSwept(db, log))
    const server = createServer({ log, monitoring, bodyLimitBytes })
    resources.defer(() => server.close())
    monitoring.serve(server, watchFace({ database, mirror }))
    const authorize = peerAuthorizer(auth)
    const context = { server, auth, authorize, db, parties, mirror, upstream, updates, publicUrl: gatewayUrl }
    resources.use(mountFace(context))
    const url = await listen(server, config.listen)
    log.info({ url }, 'the public AppView listens')
    return new PublicAppView(url, resources.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}

/** What nobody can catch up on any more goes. */
function keepSwept(db: Db, log: Logger): Rounds {
  const work = async () => {
    await sweepUpdates(db)
    return sweepEveryMs
  }
  return new Rounds({ work, failed: (err) => log.warn({ err }, 'old updates cannot be swept'), restMs: sweepEveryMs })
}

/** An edge PDS speaks as a relay does; that none of them is asked for by anybody else's word makes no host a discovered one. */
function followed({ hosts, directory, nameServers, discoverHours, patienceMs, maxRepoBytes }: PublicAppViewConfig) {
  const relays = [...hosts.org, ...hosts.people]
  return { relays, privateHosts: [], directory, nameServers, discoverHours, patienceMs, maxRepoBytes }
}
