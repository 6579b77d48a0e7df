import { connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import { freePort } from '#appliance/config/free-port.ts'
import type { PrivateAuthority } from './private-authority.ts'

/** What stands in front of a component where others come in: it ends TLS and passes on what it gets. */
export class TlsFront implements AsyncDisposable {
  /** By address: a relay takes `localhost` for a host that speaks plain http. */
  readonly url: string
  /** Port that it passes on to. */
  target = 0
  readonly #close: () => Promise<void>

  static async start({ key, cert }: PrivateAuthority['server']): Promise<TlsFront> {
    const port = await freePort()
    const sockets = new Set<Socket>()
    const server = createServer({ key, cert, ALPNProtocols: ['http/1.1'] }, (outside) => {
      const inside = connect(front.target, '127.0.0.1')
      for (const [one, other] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        sockets.add(one)
        one.on('error', () => other.destroy()).on('close', () => sockets.delete(one))
        one.pipe(other)
      }
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const front = new TlsFront(`https://127.0.0.1:${port}`, async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    })
    return front
  }

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url
    this.#close = close
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}
