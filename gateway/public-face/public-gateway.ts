import { join } from 'node:path'
import { systemClock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { holds } from '#common/health/index.ts'
import { createLogger } from '#common/log/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createPeerClient, createServer, listen, type Server } from '#common/xrpc/index.ts'
import { AppviewUpdates, TarballCache } from '../cache/index.ts'
import { Lookup, type Viewer } from '../lookup/index.ts'
import { Packuments } from '../packuments/index.ts'
import type { PublicGatewayConfig } from './config.ts'
import { mountEndpoints } from './mount-endpoints.ts'
import { mountPackages } from './mount-packages.ts'
import { RateLimit } from './rate-limit.ts'
import { errorHeaders, toldError } from './told-error.ts'

// Nothing that is answered here has a body.
const bodyLimitBytes = 1_024
const requestTimeoutMs = 30_000
// There are no tokens: whatever somebody sends as one is nobody's.
const unlimited = { access: 'read-only', packages: undefined, addresses: undefined } as const

/**
 * Where strangers install from with stock npm: a server of its own, which can read and nothing else. It holds no tokens and no database, and
 * knows nobody but the public AppView.
 */
export class PublicGateway implements AsyncDisposable {
  /** Where it listens; strangers use `publicUrl`. */
  readonly url: string
  readonly #resources: AsyncDisposableStack

  private constructor(url: string, resources: AsyncDisposableStack) {
    this.url = url
    this.#resources = resources
  }

  /** Starts whether or not the AppView answers; what needs it is 503 until it does. */
  static async start(config: PublicGatewayConfig): Promise<PublicGateway> {
    await using resources = new AsyncDisposableStack()
    const { limits, publicUrl, network, trustedProxies } = config
    const log = createLogger('public-gateway', config.logLevel)
    const monitoring = resources.use(new Monitoring({ component: 'public-gateway', config }))
    const auth = await createPeerAuth(config, nobodyCalls)
    const appview = createPeerClient('appview', network, auth)
    const updates = resources.use(AppviewUpdates.start(network.peers.appview, auth, log))
    const folder = join(config.dataDir, 'tarballs')
    const server = createServer({
      ...{ log, monitoring, trustedProxies, bodyLimitBytes, requestTimeoutMs, errorHeaders },
      formatError: toldError,
    })
    resources.defer(() => server.close())
    refuseWrites(server, new RateLimit(limits.requestsPerMinute))
    const checks = [holds('appview', () => updates.live, 'is not heard')]
    monitoring.serve(server, { checks, others: 'elsewhere' })
    const anybody: Viewer = { did: config.self.did, rights: unlimited }
    const context = {
      ...{ appview, anybody, publicUrl, clock: systemClock },
      lookup: new Lookup(appview, updates),
      packuments: new Packuments(appview, updates, limits.packumentCacheBytes),
      tarballs: await TarballCache.open({ folder, maxBytes: limits.tarballCacheBytes, log }),
    }
    mountEndpoints(server, context)
    mountPackages(server, context)
    const url = await listen(server, config.listen)
    log.info({ url }, 'the public gateway listens')
    return new PublicGateway(url, resources.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
  }
}

/** Before anything else of a request is looked at, also where there is no route. */
function refuseWrites(server: Server, rate: RateLimit): void {
  server.addHook('onRequest', async (request) => {
    rate.check(request.ip)
    if (request.method === 'GET' || request.method === 'HEAD') return
    throw new AtollError('NotSupported', { what: request.method })
  })
}

const nobodyCalls = {
  use: async (): Promise<never> => {
    throw new AtollError('AuthRequired')
  },
}
