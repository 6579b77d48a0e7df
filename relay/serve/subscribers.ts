import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { AtollError } from '#common/errors/index.ts'
import { Lifetime } from '#common/lifetime/index.ts'
import type { Logger } from '#common/log/index.ts'
import { type Server, toAtollError } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { EventLog, LogFollower } from '../log/index.ts'
import { keepAlive } from '../socket/keep-alive.ts'
import type { Readers } from './readers.ts'
import { sendEvents } from './send-events.ts'
import { type StartingPoint, startingPoint } from './starting-point.ts'

export interface SubscribersOptions {
  log: EventLog
  follower: LogFollower
  readers: Readers
  logger: Logger
  max: number
  slowMs: number
}

// Subscribers have nothing to say to us.
const maxPayloadBytes = 1024

/** Everybody who reads the firehose over `com.atproto.sync.subscribeRepos`. */
export class Subscribers implements AsyncDisposable {
  readonly #options: SubscribersOptions
  readonly #stop = new AbortController()
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: maxPayloadBytes, perMessageDeflate: false })

  constructor(options: SubscribersOptions) {
    this.#options = options
  }

  /** Upgrades connections of this server. */
  attach(server: Server): void {
    server.server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head))
  }

  get count(): number {
    return this.#sockets.clients.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    try {
      // Before the connection opens, so that whoever sees it open misses nothing from then on.
      const start = startingPoint(await this.#admit(request), await this.#options.log.range())
      this.#sockets.handleUpgrade(request, socket, head, (subscriber) => void this.#serve(subscriber, start))
    } catch (error) {
      const { status, code, message } = toAtollError(error, '')
      this.#options.logger.info({ code }, 'subscriber refused')
      const body = JSON.stringify({ error: code, message })
      const head = [`HTTP/1.1 ${status} ${code}`, 'connection: close', 'content-type: application/json']
      socket.end(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    }
  }

  /** @returns the cursor it asked for */
  async #admit(request: IncomingMessage): Promise<number | undefined> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://relay')
    if (pathname !== `/xrpc/${atproto.subscribeRepos}`) throw new AtollError('MethodNotFound', { method: pathname })
    await this.#options.readers.admit(request, atproto.subscribeRepos)
    const full = this.#stop.signal.aborted || this.#sockets.clients.size >= this.#options.max
    if (full) throw new AtollError('TooManyRequests')
    const cursor = searchParams.get('cursor')
    if (cursor === null) return undefined
    if (!/^\d{1,15}$/.test(cursor)) throw new AtollError('InvalidRequest', { reason: 'the cursor is not a number' })
    return Number(cursor)
  }

  async #serve(socket: WebSocket, start: StartingPoint): Promise<void> {
    const { log, follower, slowMs, logger } = this.#options
    using subscription = new Lifetime(this.#stop.signal)
    socket.once('close', subscription.end)
    socket.on('error', () => socket.terminate())
    keepAlive(socket)
    try {
      await sendEvents(socket, { log, follower, start, slowMs }, subscription.signal)
    } catch (error) {
      if (!subscription.signal.aborted) logger.warn({ err: error }, 'a subscription ended')
      socket.terminate()
    }
  }
}
