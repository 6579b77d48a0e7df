import { statfs } from 'node:fs/promises'
import type { FastifyInstance, FastifyRouterOptions, RawServerDefault } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import {
  type HealthCheck,
  type HealthReport,
  healthReportSchema,
  type Progress,
  Readiness,
} from '#common/health/index.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { MonitoringConfig } from './config.ts'
import { bearsMonitorToken } from './monitor-token.ts'

export interface MonitoringOptions {
  component: string
  config: { monitoring?: MonitoringConfig | undefined; dataDir: string }
}

export interface Watched {
  checks: readonly HealthCheck[]
  /** Asked with each report, so it must be quick. */
  progress?: () => Progress | Promise<Progress>
  /**
   * What `/readyz` is to everybody else: refused with a 401, unless this server has something else by that
   * name, as the gateway has packages.
   */
  others?: 'refused' | 'elsewhere'
}

const constraint = 'monitor'

type Constraints = NonNullable<FastifyRouterOptions<RawServerDefault>['constraints']>
type Route = Parameters<ReturnType<Constraints[string]['storage']>['set']>[1]

/** How one component is watched: `/healthz` by everybody, `/readyz` by the bearer of the monitoring token. */
export class Monitoring {
  readonly #options: MonitoringOptions

  constructor(options: MonitoringOptions) {
    this.#options = options
  }

  /** For the router of a server that `serve` is called with: tells who bears the token from all others. */
  get constraints(): Constraints {
    const tokenHash = this.#options.config.monitoring?.tokenHash
    return {
      [constraint]: {
        name: constraint,
        storage: () => {
          const routes = new Map<string, Route>()
          return { get: (key) => routes.get(key) ?? null, set: (key, route) => void routes.set(key, route) }
        },
        deriveConstraint: ({ headers }) => (bearsMonitorToken(headers.authorization, tokenHash) ? 'yes' : 'no'),
        validate: () => true,
      },
    }
  }

  serve(server: FastifyInstance, { checks, progress = () => ({}), others = 'refused' }: Watched): void {
    const readiness = new Readiness(checks)
    server.get('/healthz', async () => ({ status: 'ok' }))
    server.get('/readyz', { constraints: { [constraint]: 'yes' } }, async (_request, reply) => {
      const report = await this.#report(readiness, progress)
      return reply
        .code(report.ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(report)
    })
    if (others === 'elsewhere') return
    server.get('/readyz', () => {
      throw new AtollError('AuthRequired')
    })
  }

  async #report(readiness: Readiness, progress: NonNullable<Watched['progress']>): Promise<HealthReport> {
    const { component, config } = this.#options
    const checks = await readiness.report()
    // What is not ready may not know how far it is.
    const far = await Promise.resolve(progress()).catch(() => ({}))
    const disk = await statfs(config.dataDir).catch(() => undefined)
    return healthReportSchema.parse({
      component,
      version: packageJson.version,
      ready: checks.every(({ ok, essential }) => ok || !essential),
      checks,
      ...far,
      ...(disk === undefined
        ? {}
        : { disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize } }),
    })
  }
}
