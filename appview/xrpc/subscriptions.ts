import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { bearerToken, toAtollError } from '#common/xrpc/index.ts'
import type { XrpcContext } from './context.ts'

/** A stream that components read over a WebSocket. */
export interface Subscription {
  nsid: string
  allowed: readonly PeerName[]
  /**
   * What is committed after this is told; so it comes before the reader believes to hear everything.
   * @returns what serves the reader, once there is one
   */
  begin(cursor: number | undefined): Promise<(reader: WebSocket, closed: AbortSignal) => Promise<void>>
}

/** Of each stream. */
const maxReaders = 64
const slowMs = 30_000

/** Mounts streams. @returns what to dispose of before the server closes */
export function mountSubscriptions(
  { server, auth }: Pick<XrpcContext, 'server' | 'auth'>,
  subscriptions: readonly Subscription[],
): Disposable {
  const streams = new Map(
    subscriptions.map((subscription) => [`/xrpc/${subscription.nsid}`, { subscription, sockets: openSockets() }]),
  )
  server.server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://appview')
      const stream = streams.get(pathname)
      if (stream === undefined) throw new AtollError('MethodNotFound', { method: pathname })
      const { subscription, sockets } = stream
      await auth.verify(bearerToken(request), subscription.nsid, subscription.allowed)
      if (sockets.clients.size >= maxReaders) throw new AtollError('TooManyRequests')
      const serve = await subscription.begin(parseCursor(searchParams.get('cursor')))
      sockets.handleUpgrade(request, socket, head, (reader) => {
        const closed = new AbortController()
        reader.on('error', () => reader.terminate())
        reader.once('close', () => closed.abort())
        serve(reader, closed.signal).catch(() => reader.terminate())
      })
    } catch (error) {
      refuse(socket, toAtollError(error, ''))
    }
  })
  return {
    [Symbol.dispose]: () => {
      for (const { sockets } of streams.values()) {
        for (const reader of sockets.clients) reader.terminate()
        sockets.close()
      }
    },
  }
}

/** Resolves when the reader has taken it off our hands, so that nobody who is slow fills our memory. */
export function sendFrame(reader: WebSocket, frame: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the reader is too slow')), slowMs)
    reader.send(frame, (error) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve()
    })
  })
}

function openSockets(): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false })
}

function parseCursor(cursor: string | null): number | undefined {
  if (cursor === null) return undefined
  if (!/^\d{1,15}$/.test(cursor)) throw new AtollError('InvalidRequest', { reason: 'the cursor is not a number' })
  return Number(cursor)
}

function refuse(socket: Duplex, { status, code, message }: AtollError): void {
  const body = JSON.stringify({ error: code, message })
  const head = [`HTTP/1.1 ${status} ${code}`, 'connection: close', 'content-type: application/json']
  socket.end(`${head.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}
