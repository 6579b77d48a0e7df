import { type WebSocket, WebSocketServer } from 'ws'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { EventBody } from '#test/support/repo-author.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

/** A relay that sends whatever a test wants, over the real protocol. */
export class LyingRelay implements AsyncDisposable {
  /** The cursors it was asked for, one per connection; undefined: from now on. */
  readonly cursors: (number | undefined)[] = []
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #sent: { seq: number; frame: Uint8Array }[] = []
  #server: AsyncDisposable | undefined
  #seq = 0

  /** @param auth undefined: everybody may read; and it says who has records of a collection */
  static async start(url: string, auth: PeerAuth | undefined): Promise<LyingRelay> {
    const relay = new LyingRelay()
    const tiny = await tinyServer((_request, response) => void response.end(relay.#listed()), url)
    tiny.server.on('upgrade', async (request, socket, head) => {
      await auth?.verify(bearerToken(request as never), atproto.subscribeRepos, ['appview'])
      relay.#sockets.handleUpgrade(request, socket, head, (reader) => relay.#replay(reader, request.url ?? ''))
    })
    relay.#server = tiny
    return relay
  }

  /** How many follow it now. */
  get followers(): number {
    return this.#sockets.clients.size
  }

  sends(type: string, body: EventBody): void {
    this.#seq += 1
    const frame = encodeFrame(type, { seq: this.#seq, time: new Date().toISOString(), ...body })
    this.#sent.push({ seq: this.#seq, frame })
    this.sendsBytes(frame)
  }

  sendsBytes(frame: Uint8Array): void {
    for (const socket of this.#sockets.clients) socket.send(frame)
  }

  /** As after a restore from nothing: cursors of before lie in the future. */
  startsNumbersAnew(): void {
    this.#seq = 0
    this.#sent.length = 0
    this.disconnects()
  }

  /** Accounts that `listReposByCollection` names, whatever the collection; undefined: it is not offered. */
  lists: string[] | undefined

  #listed(): string {
    return this.lists === undefined ? '' : JSON.stringify({ repos: this.lists.map((did) => ({ did })) })
  }

  disconnects(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnects()
    await this.#server?.[Symbol.asyncDispose]()
  }

  #replay(socket: WebSocket, url: string): void {
    const asked = new URL(url, 'http://relay').searchParams.get('cursor')
    const cursor = asked === null ? undefined : Number(asked)
    this.cursors.push(cursor)
    if (cursor === undefined) return
    if (cursor > this.#seq) {
      socket.send(encodeErrorFrame('FutureCursor', 'Cursor in the future.'))
      socket.close()
      return
    }
    for (const { seq, frame } of this.#sent) if (seq > cursor) socket.send(frame)
  }
}
