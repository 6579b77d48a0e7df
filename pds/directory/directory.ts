import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Kysely, openDatabase } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { databaseAnswers } from '#common/health/index.ts'
import { createLogger } from '#common/log/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { createPeerAuth, type JtiTable, type PeerAuth, PostgresJtiStore } from '#common/service-auth/index.ts'
import { bearerToken, createServer, listen, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { addOperation } from './add-operation.ts'
import { checkOperation } from './check-operation.ts'
import type { DirectoryConfig } from './config.ts'
import { migrations } from './database.ts'
import { createPlcServer, type PlcServer } from './plc-server.ts'

// The public directory's limit on an operation; the package behind this one has none.
const operationLimitBytes = 7_500

interface DidRequest {
  Params: { did: string }
}

/** The private did:plc directory: everybody inside reads, the PDSes write. */
export class Directory implements AsyncDisposable {
  readonly url: string
  readonly #opened: AsyncDisposable

  static async start(config: DirectoryConfig): Promise<Directory> {
    const log = createLogger('directory', config.logLevel)
    await using opening = new AsyncDisposableStack()
    const database = opening.use(await openDatabase<JtiTable>(config.database, migrations))
    const { db } = database
    const auth = await createPeerAuth(config, new PostgresJtiStore(db))
    const plc = createPlcServer(db as unknown as Kysely<unknown>, config.database.schema)
    const monitoring = opening.use(new Monitoring({ component: 'directory', config }))
    const server = createServer({ log, bodyLimitBytes: operationLimitBytes, monitoring })
    opening.defer(() => server.close())
    monitoring.serve(server, { database, checks: [databaseAnswers(db)] })
    serveReads(server, plc)
    serveWrites(server, plc, auth, config)
    const url = await listen(server, config.listen)
    log.info({ url }, 'ready')
    return new Directory(url, opening.move())
  }

  private constructor(url: string, opened: AsyncDisposable) {
    this.url = url
    this.#opened = opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}

/** The reads of did:plc that concern one DID; the export of everything is not among them. */
function serveReads(server: Server, plc: PlcServer): void {
  for (const path of ['/:did', '/:did/data', '/:did/log', '/:did/log/audit', '/:did/log/last']) {
    server.get<DidRequest>(path, async (request, reply: FastifyReply) => {
      requireDid(request)
      reply.hijack()
      plc.read(request.raw, reply.raw)
    })
  }
}

function serveWrites(server: Server, plc: PlcServer, auth: PeerAuth, { network }: DirectoryConfig): void {
  server.post<DidRequest>('/:did', async (request) => {
    const { iss } = await auth.verify(bearerToken(request), app.npm.directory.submit.$nsid, ['org', 'people'])
    const hosts = network.hosts[iss === network.peers.org.did ? 'org' : 'people']
    await addOperation(plc, requireDid(request), checkOperation(request.body, network, hosts))
    return {}
  })
}

/** @throws NotFound for what cannot be a DID; the package would look up, and create, names of any length */
function requireDid({ params }: FastifyRequest<DidRequest>): string {
  if (!/^did:plc:[a-z2-7]{24}$/.test(params.did)) throw new AtollError('NotFound')
  return params.did
}
