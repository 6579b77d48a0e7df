import type { DidString } from '@atproto/syntax'
import { parsePackageName } from '#common/names/index.ts'
import { method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate, checkCoversAll, checkOperation } from '../auth/access/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'

const { requestException, answerExceptionRequest, listExceptionRequests, noteException } = app.npm.gateway
const { operation } = app.npm

/** Requests for exceptions, as `atoll exception` asks for and answers them: the people PDS keeps them, we know who asks. */
export function mountExceptions(server: Server, context: GatewayContext): void {
  const { people } = context.peers
  const auth = (request: Parameters<typeof authenticate>[0]) => authenticate(request, context)

  method(server, requestException, {
    auth,
    handler: ({ input, auth: session }) => {
      const about = parsePackageName(input.package).name
      checkOperation(session, { procedure: requestException.main.nsid, about })
      return people.call(operation.requestException, { input: { ...input, did: didOf(session) } })
    },
  })

  method(server, answerExceptionRequest, {
    auth,
    handler: ({ input, auth: session }) => {
      checkOperation(session, { procedure: answerExceptionRequest.main.nsid, about: '*' })
      return people.call(operation.answerExceptionRequest, { input: { ...input, did: didOf(session) } })
    },
  })

  method(server, listExceptionRequests, {
    auth,
    handler: ({ params, auth: session }) => {
      checkCoversAll(session, 'requests for exceptions')
      return people.call(operation.listExceptionRequests, { params: { ...params, viewer: didOf(session) } })
    },
  })

  method(server, noteException, {
    auth: peerAuthorizer(context.auth)(['people']),
    handler: async ({ input: { by, what, subject, request, reason } }) => {
      const details = { request, reason }
      await context.audit.append({ actor: by, action: `exception.${what}`, subject, details })
      return {}
    },
  })
}

function didOf({ did }: Session): DidString {
  return did as DidString
}
