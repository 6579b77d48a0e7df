import { createLogger } from '#common/log/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createServer, listen, method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { ComponentSettings } from '#test/support/network.ts'

/** The one thing the people PDS asks of a gateway: the bytes of uploads that wait for approval. */
export class ParkingLot implements AsyncDisposable {
  /** Integrity → the bytes a gateway sends for it, honest or not. */
  readonly uploads = new Map<string, Buffer>()
  /** How often bytes were asked for. */
  served = 0
  readonly #server: Server

  static async open(settings: ComponentSettings): Promise<ParkingLot> {
    const server = createServer({ log: createLogger('gateway', 'silent') })
    const lot = new ParkingLot(server)
    const auth = await createPeerAuth(settings, { use: async () => true })
    method(server, app.npm.gateway.getParked, {
      auth: peerAuthorizer(auth)(['people']),
      async handler({ params, reply }) {
        lot.served += 1
        reply.header('content-type', 'application/octet-stream').send(lot.uploads.get(params.integrity))
        return undefined
      },
    })
    await listen(server, settings.listen)
    return lot
  }

  private constructor(server: Server) {
    this.#server = server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}
