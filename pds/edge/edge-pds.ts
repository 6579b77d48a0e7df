import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import { openDatabase } from '#common/db/index.ts'
import { createLogger, type Logger } from '#common/log/index.ts'
import { Tally } from '#common/metrics/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { createOutbound, type Outbound } from '#common/outbound/index.ts'
import { PostgresJtiStore } from '#common/service-auth/index.ts'
import { createServer, listen, type Server } from '#common/xrpc/index.ts'
import {
  listAccounts,
  measureHost,
  openRepositories,
  type Repositories,
  SerialQueue,
  serveFirehose,
  uploadsIn,
  watchHost,
} from '#pds/host/index.ts'
import type { EdgeConfig } from './config.ts'
import { CrawlRequests } from './crawl/index.ts'
import { type EdgeTables, edgeMigrations } from './database.ts'
import { checkEndpoint, Faces, PublicDirectory } from './faces/index.ts'
import { admitOneCaller } from './one-caller.ts'
import { ParkedBlobs } from './parked/index.ts'
import { mountPushes, type PushServices } from './push/index.ts'
import { allowAllOrigins, serveLookups, servePublicReads } from './reads/index.ts'

type Database = Awaited<ReturnType<typeof openDatabase<EdgeTables>>>

/**
 * The public face of what was promoted, of organisations or of people (DESIGN §6). Anybody reads, the inside PDS of the same role pushes, and
 * nothing here knows a way inside.
 */
export class EdgePds implements AsyncDisposable {
  /** Where it listens. */
  readonly url: string
  readonly #opened: AsyncDisposable

  static async start(config: EdgeConfig): Promise<EdgePds> {
    const role = `edge-${config.role}` as const
    const log = createLogger(`${role}-pds`, config.logLevel)
    await using opening = new AsyncDisposableStack()
    const monitoring = opening.use(new Monitoring({ component: role, config }))
    const database = opening.use(await openDatabase<EdgeTables>(config.database, edgeMigrations))
    await checkEndpoint(database.db, config.publicUrl)
    const repositories = await openRepositories(
      { role, settings: settingsOf(config), endpoint: config.publicUrl, db: database.db as never, log },
      opening,
    )
    const allow = [config.directory, ...config.relays]
    const outbound = opening.use(createOutbound({ allow, config: config.outbound }))
    const services = await servicesOf(config, { database, repositories, outbound, log }, opening)
    const server = createServer({ log, monitoring })
    opening.defer(() => server.close())
    serve(server, config, { database, repositories, services })
    const { pds, firehose } = repositories
    opening.use(serveFirehose(server, firehose, { authorize: async () => {}, maxReaders: config.maxReaders }))
    monitoring.serve(server, watchHost({ db: database.db as never, database, pds }))
    measureHost(monitoring.metrics, { pds }, services.tally)
    const url = await listen(server, config.listen)
    log.info({ url }, 'ready')
    return new EdgePds(url, opening.move())
  }

  private constructor(url: string, opened: AsyncDisposable) {
    this.url = url
    this.#opened = opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}

/** Nobody signs up here, so there is no domain for handles. */
function settingsOf(config: EdgeConfig) {
  const { dataDir, self, blobs, directory } = config
  return { dataDir, self, blobs, directoryUrl: directory, pds: { ...config.pds, handleDomains: [] } }
}

interface Opened {
  database: Database
  repositories: Repositories
  outbound: Outbound
  log: Logger
}

async function servicesOf(
  config: EdgeConfig,
  { database: { db }, repositories, outbound, log }: Opened,
  opened: AsyncDisposableStack,
) {
  const { pds, transact, writer } = repositories
  const rotationKey = await Secp256k1Keypair.import(config.pds.rotationKeyHex)
  const isWorthwhile = async () => (await listAccounts(pds.ctx, { limit: 1 })).length > 0
  const { relays, publicUrl } = config
  const crawls = opened.use(new CrawlRequests({ relays, publicUrl, outbound, isWorthwhile, log }))
  const faces = new Faces({
    db,
    log,
    transact,
    pds: pds.ctx,
    directory: new PublicDirectory(config.directory, outbound),
    identity: { rotationKeys: [config.pds.recoveryKey, rotationKey.did()], endpoint: publicUrl },
  })
  const parked = await ParkedBlobs.open({ db, folder: join(config.dataDir, 'parked'), ...config.parked })
  return {
    faces,
    parked,
    db,
    pds: pds.ctx,
    writer,
    queue: new SerialQueue(),
    uploads: uploadsIn(config),
    blobBytes: config.tarballBytes,
    caller: config.caller.did,
    tally: new Tally<'collection' | 'outcome'>(),
    written: () => crawls.ring(),
  } satisfies PushServices
}

function serve(
  server: Server,
  config: EdgeConfig,
  {
    database: { db },
    repositories: { pds },
    services,
  }: Pick<Opened, 'database' | 'repositories'> & { services: PushServices },
): void {
  allowAllOrigins(server)
  const auth = admitOneCaller(server, config, new PostgresJtiStore(db as never))
  servePublicReads(server, pds.app)
  serveLookups(server, { pds: pds.ctx, db })
  mountPushes(server, services, auth)
}
