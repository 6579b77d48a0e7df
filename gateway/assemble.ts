import { join } from 'node:path'
import { JobTokens } from '#common/ci/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import { type Kysely, type OpenDatabase, openDatabase } from '#common/db/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { createLogger, type Logger } from '#common/log/index.ts'
import { ProvenanceVerifier } from '#common/provenance/index.ts'
import { createPeerAuth, type JtiTable, PostgresJtiStore } from '#common/service-auth/index.ts'
import { Slots } from '#common/slots/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { AuditLog, AuditSeals, AuditStream } from './audit-log/index.ts'
import { createVerifyLogin, createVerifyPerson, SignIns } from './auth/sign-in/index.ts'
import { TokenJournal, TokenStore } from './auth/token/index.ts'
import { AppviewUpdates, TarballCache } from './cache/index.ts'
import type { GatewayConfig } from './config.ts'
import type { GatewayContext } from './context.ts'
import { migrations } from './database/migrations.ts'
import type { GatewayTables } from './database/tables.ts'
import { TarballBucket } from './delivery/index.ts'
import { DownloadStore, DownloadsJournal } from './downloads/index.ts'
import { Lookup } from './lookup/index.ts'
import { Ceremony, JobPublishes, OperationStore, ParkedUploads } from './operations/index.ts'
import { Packuments } from './packuments/index.ts'
import { ProofGate } from './proof/index.ts'
import { type PurgedPlace, PurgeKeeper, purgedFiles, purgedStages } from './purges/index.ts'
import { keepTellingOfStaged, StageStore } from './stages/index.ts'
import { Sweeper } from './sweeper.ts'

/** Opens and connects all that the routes stand on; what is opened is given to the stack, which gives it back in reverse. */
export async function assemble(config: GatewayConfig, stack: AsyncDisposableStack): Promise<GatewayContext> {
  const clock = systemClock
  const log = createLogger('gateway', config.logLevel)
  const { network, limits, dataDir } = config
  const database = stack.use(await openDatabase<GatewayTables>(config.database, migrations))
  const basics = await assembleBasics(config, { database, clock, log, stack })
  const { auth, peers, audit } = basics
  const parked = await ParkedUploads.open(join(dataDir, 'parked'))
  const maxBytes = limits.tarballCacheBytes
  const tarballs = await TarballCache.open({ folder: join(dataDir, 'tarballs'), maxBytes, log })
  const bucket =
    config.tarballs.mode === 'redirect' ? stack.use(await TarballBucket.open(config.tarballs, log)) : undefined
  const store = new OperationStore(database.db, { clock, limits })
  const executing = {
    ...peers,
    parked,
    audit,
    urls: { org: network.peers.org.url, appview: network.peers.appview.url },
    gatewayUrl: network.publicUrls.gateway,
    log,
    clock,
  }
  const ceremony = new Ceremony({ ...executing, store })
  const stages = new StageStore(database.db, { clock, settings: config.stage, audit })
  stack.use(keepTellingOfStaged({ stages, appview: peers.appview, log }))
  const downloadStore = new DownloadStore(database.db)
  const { keepDays } = config.downloads
  const downloads = stack.use(new DownloadsJournal({ store: downloadStore, clock, log, keepDays }))
  stack.use(await Sweeper.start([basics.tokens, basics.signIns, stages, ceremony, downloads], log))
  const updates = stack.use(AppviewUpdates.start(network.peers.appview, auth, log))
  const purges = stack.use(
    new PurgeKeeper({ appview: peers.appview, places: placesOf({ tarballs, bucket, parked, stages }), log }),
  )
  updates.onChange(() => purges.look())
  return {
    ...basics,
    config,
    clock,
    log,
    database,
    parked,
    provenance: new ProvenanceVerifier(config.provenance),
    tarballs,
    bucket,
    ceremony,
    jobs: new JobPublishes(executing),
    stages,
    downloads,
    downloadStore,
    updates,
    lookup: new Lookup(peers.appview, updates),
    packuments: new Packuments(peers.appview, updates, limits.packumentCacheBytes),
    proofs: new ProofGate(database.db, { identities: basics.identities, peers, clock }),
    uploadSlots: new Slots({ count: limits.uploadsAtOnce, maxWaiting: 4 * limits.uploadsAtOnce }),
  }
}

/** Where bytes of versions may be. */
function placesOf({
  tarballs,
  bucket,
  parked,
  stages,
}: Pick<GatewayContext, 'tarballs' | 'bucket' | 'parked' | 'stages'>): PurgedPlace[] {
  const files = [tarballs, parked, ...(bucket === undefined ? [] : [bucket])]
  return [...files.map(purgedFiles), purgedStages(stages, parked)]
}

interface Opened {
  database: OpenDatabase<GatewayTables>
  clock: Clock
  log: Logger
  stack: AsyncDisposableStack
}

/** Who we are, whom we talk to, and who talks to us. */
async function assembleBasics(config: GatewayConfig, { database, clock, log, stack }: Opened) {
  const { network, limits } = config
  const { db } = database
  const jtis = new PostgresJtiStore(db as unknown as Kysely<JtiTable>)
  const auth = await createPeerAuth(config, jtis)
  const identities = new IdentityResolver(network, clock)
  const peers = {
    appview: createPeerClient('appview', network, auth),
    people: createPeerClient('people', network, auth),
    org: createPeerClient('org', network, auth),
  }
  const audit = new AuditLog(db, clock)
  const seals = stack.use(new AuditSeals({ db, org: peers.org, key: network.peers.org.key, log }))
  const auditStream = startStream(config, { db, log, stack })
  const journal = new TokenJournal(db, { clock, audit })
  const tokens = stack.use(new TokenStore({ database, clock, policy: config.tokens, audit, log }))
  const verification = { audience: config.self.did, identities, jtis }
  const verifyLogin = createVerifyLogin(verification)
  const publicUrl = network.publicUrls.gateway
  const jobTokens = stack.use(new JobTokens(config.ci.issuers, { outbound: config.outbound, clock }))
  const login = { tokens, verifyLogin, days: config.tokens.loginDays }
  const signIns = new SignIns({ db, people: peers.people, ...login, audit, clock, publicUrl, limits })
  return {
    auth,
    identities,
    peers,
    audit,
    seals,
    auditStream,
    tokens,
    journal,
    signIns,
    jtis,
    jobTokens,
    verifyPerson: createVerifyPerson(verification),
  }
}

function startStream(
  { audit: { syslog }, network, outbound: { ca } }: GatewayConfig,
  { db, log, stack }: Pick<Opened, 'log' | 'stack'> & { db: Kysely<GatewayTables> },
): AuditStream | undefined {
  if (syslog === undefined) return undefined
  const { hostname } = new URL(network.publicUrls.gateway)
  return stack.use(new AuditStream({ db, receiver: { ...syslog, ca }, hostname, log }))
}
