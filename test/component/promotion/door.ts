import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Watch = (nsid: string) => void | Promise<void>

/** Stands between an inside PDS and its edge: can be shut, and has things happen at an exact request. */
export class Door implements AsyncDisposable {
  readonly url: string
  /** Where it leads. */
  target = ''
  isOpen = true
  /** Every method that was asked for, in order. */
  readonly asked: string[] = []
  /** Before a request is passed on, and before its answer is. */
  before: Watch = () => {}
  after: Watch = () => {}
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => this.#pass(request, response))
  }

  static async start(): Promise<Door> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Door(server)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '/', method = 'GET', headers } = request
    try {
      const body = await buffer(request)
      const nsid = /^\/xrpc\/([^?]+)/.exec(url)?.[1] ?? ''
      this.asked.push(nsid)
      await this.before(nsid)
      if (!this.isOpen) throw new Error('the door is shut')
      const { authorization = '', 'content-type': type = 'application/octet-stream' } = headers
      const sent = { authorization, ...(method === 'POST' && { 'content-type': type }) }
      const init = { method, headers: sent, ...(method === 'POST' && { body: new Uint8Array(body) }) }
      const answer = await fetch(`${this.target}${url}`, init)
      const bytes = Buffer.from(await answer.arrayBuffer())
      await this.after(nsid)
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(bytes)
    } catch {
      response.destroy()
    }
  }
}
