import { type Clock, systemClock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { createLogger } from '#common/log/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { createPeerAuth, type JtiTable, PostgresJtiStore } from '#common/service-auth/index.ts'
import { createPeerClient, createServer, listen, peerAuthorizer } from '#common/xrpc/index.ts'
import { AdvisoryFeeds } from './advisories/index.ts'
import { BlobReader } from './blobs/blob-reader.ts'
import type { AppViewConfig } from './config.ts'
import { DueRenders } from './due/due-renders.ts'
import { gatewayUrlOf, settingOf } from './ingest/apply/setting.ts'
import { Ingest } from './ingest/ingest.ts'
import { Labeling } from './labeler/labeling.ts'
import { Labelers } from './labelers/index.ts'
import { appviewInstruments, measureAppView } from './measure-appview.ts'
import { startMirror } from './mirror/index.ts'
import { sendNotices } from './notices/send-notices.ts'
import { BundleJudge } from './provenance/judge-bundle.ts'
import { lateBundles } from './provenance/read-bundle.ts'
import { UpstreamAttestations } from './provenance/upstream-attestations.ts'
import { lateReadmes } from './readmes/late-readmes.ts'
import { Enforcers } from './rights/enforcers.ts'
import { keepEnforcersFresh } from './rights/keep-fresh.ts'
import { type Db, openAppViewDatabase } from './schema/index.ts'
import { RegistrySigner } from './signatures/registry-signer.ts'
import { useKey } from './signatures/use-key.ts'
import { Tallies } from './tallies.ts'
import { Updates } from './updates/updates.ts'
import { Upstream } from './upstream/upstream.ts'
import { watchAppView } from './watch-appview.ts'
import { mountXrpc } from './xrpc/index.ts'

// An approved operation and the ID token that goes with it come in headers, as at the org PDS.
const maxHeaderBytes = 163_840

/** Indexes the repositories of the network, decides what may be installed, and renders what clients read. */
export class AppView implements AsyncDisposable {
  /** Where it listens. */
  readonly url: string
  readonly #resources: AsyncDisposableStack

  private constructor(url: string, resources: AsyncDisposableStack) {
    this.url = url
    this.#resources = resources
  }

  /**
   * Listens at once, and says NotReady until the index is complete.
   * @param clock tests move it
   */
  static async start(config: AppViewConfig, clock: Clock = systemClock): Promise<AppView> {
    await using resources = new AsyncDisposableStack()
    const { network, auditIntervalMs } = config
    const log = createLogger('appview', config.logLevel)
    const monitoring = resources.use(new Monitoring({ component: 'appview', config }))
    const recordDelay = monitoring.metrics.histogram(appviewInstruments.delay)
    const tallies = new Tallies()
    const database = resources.use(await openAppViewDatabase(config.database))
    const db: Db = database.db
    const auth = await createPeerAuth(config, new PostgresJtiStore(database.db as unknown as Kysely<JtiTable>))
    const gatewayUrl = gatewayUrlOf(network)
    const updates = resources.use(new Updates(database, log))
    const enforcers = new Enforcers(db, clock)
    resources.use(keepEnforcersFresh(enforcers, updates, log))
    const { policy } = config
    const signer = config.signing && (await RegistrySigner.create(config.signing))
    if (signer !== undefined) await useKey(db, signer, new Date(clock.now()))
    const setting = settingOf(network, { log, tallies, clock, policy, signer })
    const mirror = resources.use(await startMirror({ config, gatewayUrl, db, log, setting }))
    const publicOrigin = mirror && ((did: string) => mirror.origin(did))
    const upstream = resources.use(new Upstream({ config, gatewayUrl, db, log, setting, publicOrigin }))
    const hosts = { org: createPeerClient('org', network, auth), people: createPeerClient('people', network, auth) }
    const late = { updates, clock, log }
    const judge = new BundleJudge(config.provenance)
    const { registries } = upstream
    const attestations = resources.use(new UpstreamAttestations({ db, registries, judge, log, clock }))
    resources.use(new BlobReader(lateBundles({ db, setting, host: hosts.org, judge }), late))
    resources.use(new BlobReader(lateReadmes({ db, setting, host: hosts.org }), late))
    const ingest = resources.use(
      new Ingest({
        db,
        setting,
        identities: new IdentityResolver(network),
        hosts,
        clock,
        network,
        auth,
        auditIntervalMs,
        recordDelay,
      }),
    )
    resources.use(new DueRenders({ database, setting }))
    const { advisories: sources, outbound } = config
    resources.use(await AdvisoryFeeds.start({ database, sources, outbound, log, clock }))
    const labeling = resources.use(await Labeling.start({ config, database, updates, hosts, clock, log }))
    const labelers = resources.use(new Labelers({ config, db, clock, log }))
    const notices = resources.use(sendNotices({ config, database, people: hosts.people, clock, log }, resources))
    const server = createServer({ log, monitoring, maxHeaderBytes })
    resources.defer(() => server.close())
    const inSight = { database, ingest, upstream, labelers, mirror, network, tallies }
    monitoring.serve(server, watchAppView(inSight))
    measureAppView(monitoring.metrics, inSight)
    const context = {
      server,
      clock,
      policy,
      network,
      auth,
      db,
      authorize: peerAuthorizer(auth),
      enforcers,
      updates,
      upstream,
      mirror,
      attestations,
      keys: signer?.keys ?? [],
      ingest,
      notices,
      registryDid: network.registryDid,
      privateNames: network.names.private,
      provesHandle: async (handle: string, did: string) => (await mirror?.provesHandle(handle, did)) ?? false,
      isBackfilled: () => ingest.isBackfilled(),
    }
    resources.use(mountXrpc(context, labeling.mount(context)))
    const url = await listen(server, config.listen)
    log.info({ url }, 'the AppView listens')
    return new AppView(url, resources.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}
