import type { FastifyInstance } from 'fastify'
import { histogram } from './instrument.ts'
import type { Metrics } from './metrics.ts'

/** https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-server. */
export const requestInstruments = {
  duration: histogram(
    'http_server_request_duration_seconds',
    'Requests by route, and what became of them. An XRPC method is a route; `error_type` is the error’s code.',
    ['http_request_method', 'http_route', 'http_response_status_code', 'error_type'],
  ),
} as const

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']

/** Measures every request of the servers it is attached to, by the pattern of its route and never by its URL. */
export class RequestMeter {
  readonly #record: ReturnType<Metrics['histogram']>
  readonly #refused = new WeakMap<object, string>()

  constructor(metrics: Metrics) {
    this.#record = metrics.histogram(requestInstruments.duration)
  }

  /** @param request as Node has it @param code of the error it is answered with */
  refused(request: object, code: string): void {
    this.#refused.set(request, code)
  }

  attach(server: FastifyInstance): void {
    server.addHook('onResponse', (request, reply, done) => {
      const code = this.#refused.get(request.raw)
      this.#record(reply.elapsedTime / 1000, {
        http_request_method: methods.includes(request.method) ? request.method : '_OTHER',
        http_route: request.routeOptions.url ?? '',
        http_response_status_code: String(reply.statusCode),
        ...(code === undefined ? {} : { error_type: code }),
      })
      done()
    })
  }
}
