import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** An HTTP proxy as companies have them: it alone knows names, may ask for a password, and remembers what it was asked. */
export class RecordingProxy implements AsyncDisposable {
  readonly url: string
  /** `CONNECT host:port`, `GET http://…`, in order. */
  readonly asked: string[] = []
  readonly headers: IncomingMessage['headers'][] = []
  /** What the names are: `host:port` → a port on this machine. */
  readonly hosts = new Map<string, number>()
  /** `user:password`, if it asks for one. */
  credentials: string | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, origin: string) {
    this.#server = server
    this.url = `${origin}:${(server.address() as AddressInfo).port}`
    server.on('connect', (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket))
    server.on('request', (request, response) => this.#forward(request, response))
  }

  /** @param tls for one that is itself reached over TLS, as `localhost` */
  static async start(tls?: { key: string; cert: string }): Promise<RecordingProxy> {
    const server = tls === undefined ? createServer() : createSecureServer(tls)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RecordingProxy(server, tls === undefined ? 'http://127.0.0.1' : 'https://localhost')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.#note(request)
    this.#sockets.add(socket)
    socket.on('error', () => {})
    const port = this.hosts.get(request.url ?? '')
    if (!this.#isAllowed(request)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    onward.on('error', () => socket.destroy())
    onward.on('close', () => socket.destroy())
    socket.on('close', () => onward.destroy())
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    this.#note(request)
    const url = new URL(request.url ?? '')
    const port = this.hosts.get(`${url.hostname}:${url.port || 80}`)
    if (!this.#isAllowed(request)) return void response.writeHead(407).end()
    if (port === undefined) return void response.writeHead(502).end()
    const { 'proxy-authorization': _, ...headers } = request.headers
    const options = { host: '127.0.0.1', port, path: url.pathname, method: request.method, headers }
    request.pipe(
      httpRequest(options, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      }),
    )
  }

  #note(request: IncomingMessage): void {
    this.asked.push(`${request.method} ${request.url}`)
    this.headers.push(request.headers)
  }

  #isAllowed({ headers }: IncomingMessage): boolean {
    if (this.credentials === undefined) return true
    return headers['proxy-authorization'] === `Basic ${Buffer.from(this.credentials).toString('base64')}`
  }
}
