import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { EventBody, RepoAuthor } from '#test/support/repo-author.ts'

/** A PDS that sends whatever a test wants, well-formed or not, over the real protocol. */
export class AdversarialHost implements AsyncDisposable {
  readonly url: string
  readonly #auth: PeerAuth | undefined
  readonly #server: Server
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #sent: { seq: number; frame: Uint8Array }[] = []
  /** Repositories that `listRepos` and `getRepo` know. */
  readonly repos = new Map<string, RepoAuthor>()
  /** Bodies to answer `getRepo` with instead. */
  readonly forgedRepos = new Map<string, Uint8Array>()
  /** The cursors it was asked for, one per connection. */
  readonly cursors: number[] = []
  repoRequests = 0
  #seq = 0

  private constructor(url: string, auth: PeerAuth | undefined) {
    this.url = url
    this.#auth = auth
    this.#server = createServer((request, response) => void this.#answer(request, response))
    this.#server.on('upgrade', async (request, socket, head) => {
      // As strict as the real one: only the relay, with a fresh token for exactly this method.
      await auth?.verify(bearerToken(request), atproto.subscribeRepos, ['relay'])
      this.#sockets.handleUpgrade(request, socket, head, (subscriber) => this.#replay(subscriber, request))
    })
  }

  /** @param auth undefined: it answers everybody */
  static async start(url: string, auth?: PeerAuth): Promise<AdversarialHost> {
    const host = new AdversarialHost(url, auth)
    await new Promise<void>((resolve) => host.#server.listen(Number(new URL(url).port), resolve))
    return host
  }

  /** Sends an event under the next sequence number. */
  sends(type: string, body: EventBody): void {
    this.#seq += 1
    this.sendsFrame(encodeFrame(type, { seq: this.#seq, time: new Date().toISOString(), ...body }), this.#seq)
  }

  /** Sends these very bytes. @param seq under which they are replayed to who asks for older events */
  sendsFrame(frame: Uint8Array, seq = this.#seq): void {
    this.#sent.push({ seq, frame })
    for (const socket of this.#sockets.clients) socket.send(frame)
  }

  /** The last message sent, once more. */
  repeats(): void {
    const last = this.#sent.at(-1)
    for (const socket of this.#sockets.clients) socket.send(last?.frame ?? '')
  }

  /** Counts an event that nobody will ever get: sent while the relay was away, and since forgotten. */
  loses(): void {
    this.#seq += 1
  }

  /** As after a restore from nothing: numbers begin at 1, and cursors of before lie in the future. */
  startsNumbersAnew(): void {
    this.#seq = 0
    this.#sent.length = 0
    this.disconnects()
  }

  disconnects(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }

  get connections(): number {
    return this.#sockets.clients.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnects()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #replay(socket: WebSocket, request: IncomingMessage): void {
    const cursor = Number(new URL(request.url ?? '', this.url).searchParams.get('cursor'))
    this.cursors.push(cursor)
    if (cursor > this.#seq) {
      socket.send(encodeErrorFrame('FutureCursor', 'Cursor in the future.'))
      socket.close()
      return
    }
    for (const { seq, frame } of this.#sent) if (seq > cursor) socket.send(frame)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url)
    const method = pathname.replace('/xrpc/', '')
    await this.#auth?.verify(bearerToken(request), method, ['relay'])
    if (method === atproto.describeServer) {
      return void response.end(JSON.stringify({ did: 'did:web:localhost', availableUserDomains: [] }))
    }
    if (method === atproto.listRepos) {
      const repos = [...this.repos.values()].map(({ did, state }) => ({
        did,
        head: state.data,
        rev: state.rev,
        active: true,
      }))
      return void response.end(JSON.stringify({ repos }))
    }
    this.repoRequests += 1
    const did = searchParams.get('did') ?? ''
    const car = this.forgedRepos.get(did) ?? (await this.repos.get(did)?.car())
    response.statusCode = car === undefined ? 400 : 200
    response.end(car ?? JSON.stringify({ error: 'RepoNotFound' }))
  }
}
