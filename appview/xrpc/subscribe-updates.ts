import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { AtollError } from '#common/errors/index.ts'
import { encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import { bearerToken, toAtollError } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { Update, Updates } from '../updates/updates.ts'
import { readers, type XrpcContext } from './context.ts'

const { $nsid } = app.npm.registry.subscribeUpdates
const path = `/xrpc/${$nsid}`
const maxReaders = 64
const slowMs = 30_000

/**
 * Tells caches what changed: from now on, or from a cursor. A cursor that is too old, or not ours, is refused: whoever
 * has it must forget everything and start without.
 */
export function subscribeUpdates({ server, auth, updates }: XrpcContext): Disposable {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false })
  server.server.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://appview')
      if (pathname !== path) throw new AtollError('MethodNotFound', { method: pathname })
      await auth.verify(bearerToken(request), $nsid, readers)
      if (sockets.clients.size >= maxReaders) throw new AtollError('TooManyRequests')
      const cursor = parseCursor(searchParams.get('cursor'))
      // Before the reader believes to hear everything: what is committed from here on is told.
      const range = await updates.range()
      sockets.handleUpgrade(request, socket, head, (reader) => void serve(reader, updates, cursor, range))
    } catch (error) {
      refuse(socket, toAtollError(error, ''))
    }
  })
  return {
    [Symbol.dispose]: () => {
      for (const reader of sockets.clients) reader.terminate()
      sockets.close()
    },
  }
}

async function serve(
  reader: WebSocket,
  updates: Updates,
  cursor: number | undefined,
  { first, last }: { first: number; last: number },
): Promise<void> {
  const closed = new AbortController()
  reader.on('error', () => reader.terminate())
  reader.once('close', () => closed.abort())
  if (cursor !== undefined && (cursor > last || cursor < first - 1)) {
    const code = cursor > last ? 'FutureCursor' : 'OutdatedCursor'
    reader.send(encodeErrorFrame(code, 'Forget what you have, and connect without a cursor.'))
    reader.close(1008, code)
    return
  }
  await updates.follow(cursor ?? last, closed.signal, (update) => send(reader, update)).catch(() => reader.terminate())
}

function send(reader: WebSocket, { seq, kind, name, org }: Update): Promise<void> {
  const body = { seq, ...(name === null ? {} : { name }), ...(org === null ? {} : { org }) }
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the reader is too slow')), slowMs)
    reader.send(encodeFrame(`#${kind}`, body), (error) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve()
    })
  })
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
