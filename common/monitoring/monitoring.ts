import { statfs } from 'node:fs/promises'
import type { FastifyInstance, FastifyRouterOptions, RawServerDefault } from 'fastify'
import type { OpenDatabase } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import {
  type HealthCheck,
  type HealthReport,
  healthReportSchema,
  type Progress,
  Readiness,
} from '#common/health/index.ts'
import { Metrics, measureDatabase, measureProcess, RequestMeter } from '#common/metrics/index.ts'
import { inTime, shareCalls } from '#common/slots/index.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { MonitoringConfig } from './config.ts'
import { bearsMonitorToken } from './monitor-token.ts'

export interface MonitoringOptions {
  component: string
  config: { monitoring?: MonitoringConfig | undefined; dataDir: string }
}

export interface Watched {
  /** Its pool is measured. */
  database?: Pick<OpenDatabase<unknown>, 'connections'>
  checks: readonly HealthCheck[]
  /** Asked with each report, so it must be quick. */
  progress?: () => Progress | Promise<Progress>
  /**
   * What `/readyz` and `/metrics` are to everybody else: refused with a 401, unless this server has something else by
   * these names, as the gateway has packages.
   */
  others?: 'refused' | 'elsewhere'
}

const constraint = 'monitor'
const progressTimeoutMs = 1_000

type Constraints = NonNullable<FastifyRouterOptions<RawServerDefault>['constraints']>
type Route = Parameters<ReturnType<Constraints[string]['storage']>['set']>[1]

/** How one component is watched: `/healthz` by everybody, `/readyz` and `/metrics` by the bearer of the monitoring token. */
export class Monitoring implements AsyncDisposable {
  readonly metrics = new Metrics()
  readonly requests = new RequestMeter(this.metrics)
  readonly #options: MonitoringOptions
  readonly #process = measureProcess(this.metrics)

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

  serve(server: FastifyInstance, { checks, database, progress = () => ({}), others = 'refused' }: Watched): void {
    const readiness = new Readiness(checks)
    const askProgress = shareCalls(async () => progress())
    if (database !== undefined) measureDatabase(this.metrics, database)
    const mine = { constraints: { [constraint]: 'yes' } }
    server.get('/healthz', async () => ({ status: 'ok' }))
    server.get('/readyz', mine, async (_request, reply) => {
      const report = await this.#report(readiness, askProgress)
      return reply
        .code(report.ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send(report)
    })
    server.get('/metrics', mine, async (_request, reply) => {
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await this.metrics.text())
    })
    if (others === 'elsewhere') return
    for (const path of ['/readyz', '/metrics']) {
      server.get(path, () => {
        throw new AtollError('AuthRequired')
      })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process[Symbol.dispose]()
    await this.metrics[Symbol.asyncDispose]()
  }

  async #report(readiness: Readiness, askProgress: () => Promise<Progress>): Promise<HealthReport> {
    const { component, config } = this.#options
    const checks = await readiness.report()
    // What is not ready may not know how far it is.
    const far = await inTime(askProgress(), progressTimeoutMs).catch(() => ({}))
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
