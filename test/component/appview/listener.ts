import { decodeAll } from '@atproto/lex-cbor'
import { WebSocket } from 'ws'
import type { NetworkConfig } from '#common/config/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { app } from '#lexicons'

type Heard = Record<string, unknown>

/** A cache that listens to `subscribeUpdates`. */
export class Listener implements AsyncDisposable {
  readonly #socket: WebSocket
  readonly #heard: Heard[] = []
  #bell = Promise.withResolvers<void>()

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => {
      const [header, body] = decodeAll(data as Buffer) as Iterable<Heard> as unknown as [Heard, Heard]
      this.#heard.push({ ...header, ...body })
      this.#bell.resolve()
      this.#bell = Promise.withResolvers()
    })
  }

  static async connects(network: NetworkConfig, auth: PeerAuth): Promise<Listener> {
    const { $nsid } = app.npm.registry.subscribeUpdates
    const authorization = `Bearer ${await auth.tokenFor('appview', $nsid)}`
    const url = `${network.peers.appview.url.replace('http', 'ws')}/xrpc/${$nsid}`
    const socket = new WebSocket(url, { headers: { authorization } })
    const listener = new Listener(socket)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return listener
  }

  async until(matches: (update: Heard) => boolean): Promise<void> {
    for (;;) {
      const rung = this.#bell.promise
      if (this.#heard.some(matches)) return
      await rung
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate()
  }
}
