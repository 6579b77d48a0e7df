import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Kysely, openDatabase } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { databaseAnswers } from '#common/health/index.ts'
import { createLogger } from '#common/log/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { type JtiTable, PostgresJtiStore } from '#common/service-auth/index.ts'
import { createServer, listen, type Server } from '#common/xrpc/index.ts'
import { addOperation } from './add-operation.ts'
import type { DirectoryConfig } from './config.ts'
import { migrations } from './database.ts'
import { createPlcServer, type PlcServer } from './plc-server.ts'
import { type Submissions, submissionsOf } from './submissions.ts'

// The public directory's limit on an operation; the package behind this one has none.
const operationLimitBytes = 7_500

interface DidRequest {
  Params: { did: string }
}

/** A did:plc directory: the private one, where everybody inside reads and the PDSes write, or an open one. */
export class Directory implements AsyncDisposable {
  readonly url: string
  readonly #opened: AsyncDisposable

  static async start(config: DirectoryConfig): Promise<Directory> {
    const log = createLogger('directory', config.logLevel)
    await using opening = new AsyncDisposableStack()
    const database = opening.use(await openDatabase<JtiTable>(config.database, migrations))
    const { db } = database
    const submissions = await submissionsOf(config, new PostgresJtiStore(db))
    const plc = createPlcServer(db as unknown as Kysely<unknown>, config.database.schema)
    const monitoring = opening.use(new Monitoring({ component: 'directory', config }))
    const server = createServer({ log, bodyLimitBytes: operationLimitBytes, monitoring })
    opening.defer(() => server.close())
    monitoring.serve(server, { database, checks: [databaseAnswers(db)] })
    serveReads(server, plc)
    serveWrites(server, plc, submissions)
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

function serveWrites(server: Server, plc: PlcServer, submissions: Submissions): void {
  server.post<DidRequest>('/:did', async (request) => {
    const operation = await submissions(request)
    await addOperation(plc, requireDid(request), operation)
    return {}
  })
}

/** @throws NotFound for what cannot be a DID; the package would look up, and create, names of any length */
function requireDid({ params }: FastifyRequest<DidRequest>): string {
  if (!/^did:plc:[a-z2-7]{24}$/.test(params.did)) throw new AtollError('NotFound')
  return params.did
}
