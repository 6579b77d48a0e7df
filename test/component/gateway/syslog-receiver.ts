import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

interface Options {
  port?: number
  tls?: { key: string; cert: string }
  /** Breaks each connection after so many messages, with what follows them unread. */
  breaksAfter?: number
  /** How long it takes to close behind what it has read. */
  closesAfterMs?: number
}

/** A receiver of syslog over TCP, with the frames of RFC 6587. */
export class SyslogReceiver implements AsyncDisposable {
  /** Of all connections, as they came in. */
  readonly messages: string[] = []
  connections = 0
  readonly #server: Server
  readonly #open = new Set<Socket>()

  private constructor({ tls, breaksAfter = Number.POSITIVE_INFINITY, closesAfterMs = 0 }: Options) {
    const take = (socket: Socket) => this.#take(socket, { breaksAfter, closesAfterMs })
    const options = { allowHalfOpen: closesAfterMs > 0 }
    this.#server = tls === undefined ? createServer(options, take) : createTlsServer({ ...options, ...tls }, take)
  }

  static async start(options: Options = {}): Promise<SyslogReceiver> {
    const receiver = new SyslogReceiver(options)
    receiver.#server.listen(options.port ?? 0, 'localhost')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** What the entries were about, each once, as they came in first. */
  get subjects(): string[] {
    return [...new Set(this.messages.map((message) => / subject="([^"]*)"/.exec(message)?.[1] ?? message))]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #take(socket: Socket, { breaksAfter, closesAfterMs }: { breaksAfter: number; closesAfterMs: number }): void {
    this.connections += 1
    this.#open.add(socket)
    let [buffered, taken] = [Buffer.alloc(0), 0]
    socket.on('error', () => {})
    socket.on('close', () => this.#open.delete(socket))
    if (closesAfterMs > 0) socket.on('end', () => setTimeout(() => socket.end(), closesAfterMs))
    socket.on('data', (chunk: Buffer) => {
      buffered = Buffer.concat([buffered, chunk])
      for (let frame = readFrame(buffered); frame !== undefined; frame = readFrame(buffered)) {
        if (taken === breaksAfter) return void socket.resetAndDestroy()
        this.messages.push(frame.message)
        buffered = frame.rest
        taken += 1
      }
    })
  }
}

function readFrame(buffered: Buffer): { message: string; rest: Buffer<ArrayBuffer> } | undefined {
  const space = buffered.indexOf(' ')
  const end = space + 1 + Number(buffered.subarray(0, Math.max(space, 0)).toString())
  if (space < 1 || buffered.length < end) return undefined
  return { message: buffered.subarray(space + 1, end).toString(), rest: Buffer.from(buffered.subarray(end)) }
}
