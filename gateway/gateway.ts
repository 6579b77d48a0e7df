import type { FastifyRequest } from 'fastify'
import type { AtollError } from '#common/errors/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { createServer, listen, xrpcError } from '#common/xrpc/index.ts'
import { assemble } from './assemble.ts'
import type { GatewayConfig } from './config.ts'
import { measureGateway } from './measure-gateway.ts'
import { mountNpm, npmNotice, oauthError, oauthPrefix } from './npm/index.ts'
import { watchGateway } from './watch-gateway.ts'
import { mountXrpc } from './xrpc/index.ts'

// npm sends 200 MB as 267 MB of base64, over a line that may carry 4 Mbit/s.
const requestTimeoutMs = 10 * 60_000

/** The one endpoint of package managers: the npm protocol at the root of its host, and a little XRPC beside it. */
export class Gateway implements AsyncDisposable {
  /** Where it listens; behind a proxy, people use `network.publicUrls.gateway`. */
  readonly url: string
  readonly #stack: AsyncDisposableStack

  private constructor(url: string, stack: AsyncDisposableStack) {
    this.url = url
    this.#stack = stack
  }

  /** Starts whether or not the other components answer; what needs them is 503 until they do. */
  static async start(config: GatewayConfig): Promise<Gateway> {
    await using opened = new AsyncDisposableStack()
    const context = await assemble(config, opened)
    const monitoring = opened.use(new Monitoring({ component: 'gateway', config }))
    const { log } = context
    const { trustedProxies } = config
    const server = createServer({ log, formatError, errorHeaders, trustedProxies, monitoring, requestTimeoutMs })
    opened.defer(() => server.close())
    monitoring.serve(server, watchGateway(context))
    measureGateway(monitoring.metrics, context)
    mountNpm(server, context)
    mountXrpc(server, context)
    const url = await listen(server, config.listen)
    return new Gateway(url, opened.move())
  }

  /** Stops answering, then listening to the AppView, then closes the database. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

/** npm shows what it finds in `error` to its person (npm-registry-fetch); XRPC and OAuth clients look for a code there. */
function formatError(error: AtollError, request: FastifyRequest): object {
  if (request.url.startsWith('/xrpc/')) return xrpcError(error)
  if (request.url.startsWith(oauthPrefix)) return oauthError(error)
  return { error: error.message, code: error.code }
}

/** What is held back npm prints as a notice, too. "Bearer" makes npm say "run npm login"; "OTP" that the code was not right. */
function errorHeaders({ code, status, message }: AtollError): Record<string, string> {
  if (code === 'VersionHeld' || code === 'VersionBlocked' || code === 'VersionPurged') return npmNotice([message])
  if (status !== 401) return {}
  return { 'www-authenticate': code === 'InvalidCode' ? 'OTP' : 'Bearer realm="atoll"' }
}
