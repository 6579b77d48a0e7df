import { createLogger } from '#common/log/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createServer, listen, method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { ComponentSettings } from '#test/support/network.ts'

type Note = app.npm.gateway.noteBreakGlass.$InputBody

/** What the people PDS asks of a gateway: the bytes of uploads that wait for approval, and a line in the audit log. */
export class ParkingLot implements AsyncDisposable {
  /** Integrity → the bytes a gateway sends for it, honest or not. */
  readonly uploads = new Map<string, Buffer>()
  /** What it was told about temporary managers. */
  readonly notes: Note[] = []
  /** What it was told about exceptions. */
  readonly exceptions: app.npm.gateway.noteException.$InputBody[] = []
  /** What it was told for the audit log: the registry's decisions, and who counts by what. */
  readonly decisions: app.npm.gateway.noteAudit.$InputBody[] = []
  /** Answers nothing for the moment. */
  away = false
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
    method(server, app.npm.gateway.noteBreakGlass, {
      auth: peerAuthorizer(auth)(['people']),
      async handler({ input }) {
        if (lot.away) throw new Error('away')
        lot.notes.push(input)
        return { noted: true }
      },
    })
    method(server, app.npm.gateway.noteException, {
      auth: peerAuthorizer(auth)(['people']),
      async handler({ input }) {
        if (lot.away) throw new Error('away')
        lot.exceptions.push(input)
        return {}
      },
    })
    method(server, app.npm.gateway.noteAudit, {
      auth: peerAuthorizer(auth)(['people']),
      async handler({ input }) {
        if (lot.away) throw new Error('away')
        lot.decisions.push(input)
        return { noted: true }
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
