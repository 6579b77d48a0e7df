import type { AddressInfo } from 'node:net'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { randomHandle } from '#common/crypto/index.ts'
import { isDatabaseDown } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { inRequest, type Logger } from '#common/log/index.ts'
import type { Monitoring } from '#common/monitoring/index.ts'
import { requestIdHeader } from './request-id.ts'

export type Server = FastifyInstance

export interface ServerOptions {
  log: Logger
  /** Largest body of any route that does not say otherwise. */
  bodyLimitBytes?: number
  /** How an error is written; XRPC's `{error: code, message}` unless the clients of this request expect another shape. */
  formatError?: (error: AtollError, request: FastifyRequest) => object
  /** Headers that go with an error, such as `www-authenticate`. */
  errorHeaders?: (error: AtollError) => Record<string, string>
  /** Fastify's router needs to know when `%2f` in a path must stay encoded, and how long a segment may be. */
  maxParamLength?: number
  /** Proxies whose `X-Forwarded-For` is believed: `request.ip` is the last address that none of them has. */
  trustedProxies?: readonly string[]
  /** Needed by a server that is watched (`Monitoring.serve`). */
  monitoring?: Monitoring
  /** Until the whole of a request is there. */
  requestTimeoutMs?: number
  /** Largest header section; Node's own limit is 16 KiB. */
  maxHeaderBytes?: number
}

const defaultBodyLimitBytes = 1_048_576

/** The HTTP server of a component: request ids, logging, the error catalogue, bounded bodies and times. */
export function createServer(options: ServerOptions): Server {
  const { log, bodyLimitBytes = defaultBodyLimitBytes, formatError = xrpcError, maxParamLength = 512 } = options
  const { errorHeaders = () => ({}), trustedProxies = [] } = options
  const { monitoring, requestTimeoutMs = 120_000 } = options
  const server = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    // Each request that fails is logged where it is answered; the others would only fill the log.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 0,
    trustProxy: [...trustedProxies],
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    // The logger knows the request by its scope, here and in whatever the request sets off.
    childLoggerFactory: (logger) => logger,
    genReqId: (request) => validRequestId(request.headers[requestIdHeader]) ?? randomHandle(9),
    routerOptions: { maxParamLength, constraints: monitoring?.constraints ?? {} },
    ...(options.maxHeaderBytes === undefined ? {} : { http: { maxHeaderSize: options.maxHeaderBytes } }),
  })
  monitoring?.requests.attach(server as unknown as Server)
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(requestIdHeader, request.id)
    inRequest(request.id, done)
  })
  // Reading a body leaves the scope: its events belong to the connection.
  server.addHook('preValidation', (request, _reply, done) => inRequest(request.id, done))
  server.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(error, request, reply, { formatError, errorHeaders, monitoring }),
  )
  server.setNotFoundHandler((request, reply) =>
    sendError(new AtollError('MethodNotFound', { method: request.url.split('?')[0] }), request, reply, {
      formatError,
      errorHeaders,
      monitoring,
    }),
  )
  return server as unknown as Server
}

/** @returns the URL it listens on, with the port that was free when `port` is 0. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await server.listen({ host, port })
  const address = server.server.address() as AddressInfo
  return `http://${host}:${address.port}`
}

/** @throws AuthRequired when the request carries no bearer token. */
export function bearerToken(request: Pick<FastifyRequest, 'headers'>): string {
  const match = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')
  if (match?.[1] === undefined) throw new AtollError('AuthRequired')
  return match[1]
}

function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  {
    formatError,
    errorHeaders,
    monitoring,
  }: Required<Pick<ServerOptions, 'formatError' | 'errorHeaders'>> & { monitoring: Monitoring | undefined },
): void {
  const known = toAtollError(error, request.id)
  monitoring?.requests.refused(request.raw, known.code)
  // Who asks before the index is complete asks too early, and again; nothing is wrong here.
  if (known.code === 'NotReady') request.log.info({ req: request }, known.code)
  else if (known.status >= 500) request.log.error({ err: error, req: request }, known.code)
  else request.log.info({ req: request, code: known.code, details: known.details }, 'refused')
  if (reply.sent || reply.raw.headersSent) {
    reply.raw.destroy()
    return
  }
  reply
    .code(known.status)
    .headers({ ...errorHeaders(known), 'content-type': 'application/json' })
    .send(JSON.stringify(formatError(known, request)))
}

/** Errors of the framework become entries of the catalogue; everything unknown is ours, and says nothing to outsiders. */
export function toAtollError(error: unknown, requestId: string): AtollError {
  if (error instanceof AtollError) return error
  const status = (error as Partial<FastifyError>).statusCode
  if (status === 413) return new AtollError('PayloadTooLarge', { limitBytes: 'configured number of' }, error)
  if (status !== undefined && status >= 400 && status < 500) {
    return new AtollError('InvalidRequest', { reason: (error as Error).message }, error)
  }
  if (isDatabaseDown(error)) return new AtollError('ComponentUnavailable', { component: 'database' }, error)
  return new AtollError('InternalError', { requestId }, error)
}

/** The shape XRPC gives to errors: https://atproto.com/specs/xrpc. */
export function xrpcError(error: AtollError): object {
  return { error: error.code, message: error.message }
}

function validRequestId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined
}
