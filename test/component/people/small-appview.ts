import { createLogger } from '#common/log/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createServer, listen, method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { ComponentSettings } from '#test/support/network.ts'
import { PolicyOffice } from './policy-office.ts'

/** What the people PDS asks of an AppView: whether upstream has a name, and what policy says. */
export class SmallAppView implements AsyncDisposable {
  /** Names that upstream has. */
  readonly upstream = new Set<string>()
  readonly asked: string[] = []
  /** Whoever asks for a name waits for this. */
  beforeAnswer = async (): Promise<void> => {}
  readonly office: PolicyOffice
  readonly #server: Server

  static async open(settings: ComponentSettings): Promise<SmallAppView> {
    const server = createServer({ log: createLogger('appview', 'silent') })
    const authorize = peerAuthorizer(await createPeerAuth(settings, { use: async () => true }))
    const appview = new SmallAppView(server, PolicyOffice.mount(server, authorize))
    method(server, app.npm.registry.getClaim, {
      auth: authorize(['people']),
      async handler({ params: { name } }) {
        appview.asked.push(name)
        await appview.beforeAnswer()
        return { name, state: 'claimed' as const, ...(appview.upstream.has(name) ? { upstream: name } : {}) }
      },
    })
    await listen(server, settings.listen)
    return appview
  }

  private constructor(server: Server, office: PolicyOffice) {
    this.office = office
    this.#server = server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}
