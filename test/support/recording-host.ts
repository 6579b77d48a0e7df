import { once } from 'node:events'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import WebSocket, { type RawData, WebSocketServer } from 'ws'

/** What passed one way: the first line and headers of a message with its body, or one message of a WebSocket. */
export interface Captured {
  where: string
  bytes: Buffer
}

/** Stands in front of a host, passes everything on both ways, and keeps all of it. */
export class RecordingHost implements AsyncDisposable {
  readonly url: string
  readonly captured: Captured[] = []
  readonly #name: string
  readonly #target: () => string
  readonly #server: Server
  readonly #upgrades = new WebSocketServer({ noServer: true })
  readonly #open = new Set<{ terminate(): void }>()

  private constructor(server: Server, name: string, target: () => string) {
    this.#server = server
    this.#name = name
    this.#target = target
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.#passOn(request, response).catch(() => response.destroy())
    })
    server.on('upgrade', (request, socket, head) => this.#passOnSocket(request, socket, head))
  }

  /** @param target where the host is, which may be found out later: nobody is let through before */
  static async start(name: string, target: () => string): Promise<RecordingHost> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new RecordingHost(server, name, target)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#open) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url: path = '/' } = request
    const sent = await buffer(request)
    this.#keep(`was asked ${method} ${path}`, `${method} ${path}`, request, sent)
    const { hostname, port } = new URL(this.#target())
    // As it is, so that it can be read.
    const headers = { ...request.headers, 'accept-encoding': 'identity' }
    const onward = httpRequest({ host: hostname, port, path, method, headers })
    onward.end(sent)
    const [answer] = (await once(onward, 'response')) as [IncomingMessage]
    const { statusCode = 502 } = answer
    const received = await buffer(answer)
    this.#keep(`answered ${method} ${path}`, `${statusCode}`, answer, received)
    response.writeHead(statusCode, answer.headers).end(received)
  }

  #passOnSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url: path = '/' } = request
    this.#keep(`was asked for the stream ${path}`, path, request, Buffer.of())
    socket.on('error', () => socket.destroy())
    const onward = new WebSocket(`${this.#target().replace(/^http/, 'ws')}${path}`)
    const waiting: RawData[] = []
    let client: WebSocket | undefined
    onward.on('error', () => socket.destroy())
    onward.on('message', (data) => {
      this.captured.push({ where: `${this.#name} sent over ${path}`, bytes: data as Buffer })
      if (client === undefined) waiting.push(data)
      else client.send(data)
    })
    onward.once('open', () => {
      this.#upgrades.handleUpgrade(request, socket, head, (opened) => {
        client = opened
        for (const data of waiting) opened.send(data)
        opened.on('message', (data) => {
          this.captured.push({ where: `${this.#name} was sent over ${path}`, bytes: data as Buffer })
          onward.send(data)
        })
        opened.on('error', () => opened.terminate())
        this.#holdTogether(opened, onward)
      })
    })
  }

  #holdTogether(one: WebSocket, other: WebSocket): void {
    const both = {
      terminate() {
        one.terminate()
        other.terminate()
      },
    }
    this.#open.add(both)
    for (const socket of [one, other]) {
      socket.once('close', () => {
        this.#open.delete(both)
        both.terminate()
      })
    }
  }

  #keep(what: string, line: string, { rawHeaders }: IncomingMessage, body: Buffer): void {
    const where = `${this.#name} ${what}`
    this.captured.push({ where, bytes: Buffer.from([line, ...rawHeaders].join('\n')) })
    if (body.length > 0) this.captured.push({ where, bytes: body })
  }
}
