import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AtollError } from '#common/errors/index.ts'
import { type Server, toAtollError } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { Firehose } from './firehose.ts'

export interface FirehoseGate {
  /** Throws unless whoever asks may read. */
  authorize(request: IncomingMessage): Promise<unknown>
  maxReaders: number
}

const pathOfFirehose = `/xrpc/${atproto.subscribeRepos}`

/** Lets in readers of the firehose. WebSocket upgrades pass by the HTTP routes, so they have their own gate. */
export function serveFirehose(server: Server, firehose: Firehose, { authorize, maxReaders }: FirehoseGate): Disposable {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false })
  server.server.on('upgrade', async (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    try {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
      if (pathname !== pathOfFirehose) throw new AtollError('MethodNotFound', { method: pathname })
      const cursor = parseCursor(searchParams.get('cursor'))
      await authorize(request)
      if (sockets.clients.size >= maxReaders) throw new AtollError('TooManyRequests')
      sockets.handleUpgrade(request as IncomingMessage, socket, head, (reader) => void firehose.serve(reader, cursor))
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

function parseCursor(cursor: string | null): number | undefined {
  if (cursor === null) return undefined
  if (!/^\d{1,15}$/.test(cursor)) throw new AtollError('InvalidRequest', { reason: 'the cursor is not a number' })
  return Number(cursor)
}

function refuse(socket: Duplex, error: AtollError): void {
  const body = JSON.stringify({ error: error.code, message: error.message })
  const headers = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`)
}
