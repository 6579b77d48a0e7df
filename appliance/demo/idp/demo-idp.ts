import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { freePort } from '#appliance/config/free-port.ts'
import { createLogger } from '#common/log/index.ts'
import { createServer, listen, type Server } from '#common/xrpc/index.ts'
import type { DemoIdpConfig } from './config.ts'
import type { Html } from './html.ts'
import { refusalPage, style } from './pages.ts'
import { createProvider } from './provider.ts'
import { SignIn } from './sign-in.ts'

/** An OpenID provider with demo people, in place of the company's: real protocol, real second factor, no secrets. */
export class DemoIdp implements AsyncDisposable {
  readonly issuer: string
  readonly #server: Server

  private constructor(server: Server, issuer: string) {
    this.#server = server
    this.issuer = issuer
  }

  static async start(config: DemoIdpConfig): Promise<DemoIdp> {
    const port = config.listen.port === 0 ? await freePort() : config.listen.port
    const issuer = config.issuer ?? `http://localhost:${port}`
    const server = createServer({ log: createLogger('idp', config.logLevel), bodyLimitBytes: 16_384 })
    mountRoutes(server, issuer, config)
    await listen(server, { host: config.listen.host, port })
    return new DemoIdp(server, issuer)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}

function mountRoutes(server: Server, issuer: string, config: DemoIdpConfig): void {
  const provider = createProvider(issuer, config)
  const signIn = new SignIn(provider, config.seed)
  const origins = config.client.redirectUris.map((uri) => new URL(uri).origin)
  const policy = pagePolicy(origins)

  server.get('/healthz', async () => ({ ok: true }))

  server.register(async (pages) => {
    pages.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    )
    pages.get('/interaction/:uid', async (request, reply) => {
      const page = await signIn.show({ request: request.raw, response: reply.raw }).catch(explain)
      return sendPage(reply, page, policy)
    })
    pages.post('/interaction/:uid', async (request, reply) => {
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
      const page = await signIn.answer({ request: request.raw, response: reply.raw }, form).catch(explain)
      return page === undefined ? reply.hijack() : sendPage(reply, page, policy)
    })
  })

  server.register(async (protocol) => {
    // The provider reads bodies itself.
    protocol.removeAllContentTypeParsers()
    protocol.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const answer = provider.callback()
    protocol.all('/*', (request, reply) => {
      reply.hijack()
      void answer(request.raw, reply.raw)
    })
  })
}

/** Sign-ins end; whoever comes back to an old page is told so instead of seeing an error. */
function explain(error: Error): Html {
  if (error.name !== 'SessionNotFound') throw error
  return refusalPage('This sign-in has ended or belongs to another browser. Start again where you came from.')
}

function sendPage(reply: FastifyReply, { html }: Html, policy: string): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin')
    .header('x-content-type-options', 'nosniff')
    .send(html)
}

/** No scripts, no frames; the form leads here and, by redirect, back to the client: browsers check the whole way. */
function pagePolicy(clientOrigins: string[]): string {
  const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
  const formAction = ["'self'", ...new Set(clientOrigins)].join(' ')
  return `default-src 'none'; style-src ${styleHash}; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`
}
