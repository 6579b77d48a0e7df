import { createLogger } from '#common/log/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createServer, listen, method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { ComponentSettings } from '#test/support/network.ts'

type Verdict = app.npm.registry.getVersion.Verdict
type Exception = app.npm.registry.listExceptions.Exception

/** What the people PDS asks of an AppView: what policy says of versions, and who may decide otherwise. */
export class PolicyOffice implements AsyncDisposable {
  /** name@version → verdict; what is not there does not exist. */
  readonly verdicts = new Map<string, Verdict>()
  /** DIDs of those who may except everything, and in which organisation. */
  readonly deciders = new Map<string, `did:${string}:${string}`>()
  /** name@version → the exception that lets it in. */
  readonly standing = new Map<string, Exception>()
  readonly #server: Server

  static async open(settings: ComponentSettings): Promise<PolicyOffice> {
    const server = createServer({ log: createLogger('appview', 'silent') })
    const office = new PolicyOffice(server)
    const auth = peerAuthorizer(await createPeerAuth(settings, { use: async () => true }))(['people'])
    method(server, app.npm.registry.testPolicy, {
      auth,
      async handler({ params: { name, version }, reply }) {
        const verdict = office.verdicts.get(`${name}@${version}`)
        if (verdict !== undefined) {
          return { package: name, version, source: 'upstream' as const, verdict, checks: [], facts: {} }
        }
        reply.code(404).send({ error: 'NotFound', message: 'not found' })
        return undefined
      },
    })
    method(server, app.npm.registry.weighExceptions, {
      auth,
      async handler({ params: { viewer, versions } }) {
        const decides = office.deciders.get(viewer)
        return {
          weighed: versions.map((spec) => ({
            package: spec.slice(0, spec.lastIndexOf('@')),
            version: spec.slice(spec.lastIndexOf('@') + 1),
            readable: true,
            deciding: decides === undefined ? [] : [decides],
            ...(office.standing.has(spec) && { exception: office.standing.get(spec) }),
          })),
        }
      },
    })
    await listen(server, settings.listen)
    return office
  }

  private constructor(server: Server) {
    this.#server = server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}
