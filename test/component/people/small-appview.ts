import { createLogger } from '#common/log/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createServer, listen, method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { ComponentSettings } from '#test/support/network.ts'

/** What the people PDS asks of an AppView: whether upstream has a name. */
export class SmallAppView implements AsyncDisposable {
  /** Names that upstream has. */
  readonly upstream = new Set<string>()
  readonly asked: string[] = []
  readonly #server: Server

  static async open(settings: ComponentSettings): Promise<SmallAppView> {
    const server = createServer({ log: createLogger('appview', 'silent') })
    const appview = new SmallAppView(server)
    const auth = await createPeerAuth(settings, { use: async () => true })
    method(server, app.npm.registry.getClaim, {
      auth: peerAuthorizer(auth)(['people']),
      async handler({ params: { name } }) {
        appview.asked.push(name)
        return { name, state: 'claimed' as const, ...(appview.upstream.has(name) ? { upstream: name } : {}) }
      },
    })
    await listen(server, settings.listen)
    return appview
  }

  private constructor(server: Server) {
    this.#server = server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}
