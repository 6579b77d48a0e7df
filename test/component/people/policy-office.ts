import { method, type peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'

type Verdict = app.npm.registry.getVersion.Verdict
type Exception = app.npm.registry.listExceptions.Exception

/** What the people PDS asks of an AppView: what policy says of versions, and who may decide otherwise. */
export class PolicyOffice {
  /** name@version → verdict; what is not there does not exist. */
  readonly verdicts = new Map<string, Verdict>()
  /** DIDs of those who may except everything, and in which organisation. */
  readonly deciders = new Map<string, `did:${string}:${string}`>()
  /** name@version → the exception that lets it in. */
  readonly standing = new Map<string, Exception>()
  /** What waits, as it was told of. */
  readonly told: app.npm.registry.noteExceptionRequest.$InputBody[] = []
  /** Names that wait for an administrator, as it was told of. */
  readonly waiting: app.npm.registry.noteWaitingName.$InputBody[] = []
  /** While false it takes no word of what waits. */
  hears = true

  /** At the AppView of a scene. */
  static mount(server: Server, authorize: ReturnType<typeof peerAuthorizer>): PolicyOffice {
    const office = new PolicyOffice()
    const auth = authorize(['people'])
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
    method(server, app.npm.registry.noteWaitingName, {
      auth,
      async handler({ input, reply }) {
        if (office.hears) {
          office.waiting.push(input)
          return { readers: 1 }
        }
        reply.code(503).send({ error: 'NotReady', message: 'not ready' })
        return undefined
      },
    })
    method(server, app.npm.registry.noteExceptionRequest, {
      auth,
      async handler({ input, reply }) {
        if (!office.hears) {
          reply.code(503).send({ error: 'NotReady', message: 'not ready' })
          return undefined
        }
        office.told.push(input)
        return { readers: 1 }
      },
    })
    return office
  }
}
