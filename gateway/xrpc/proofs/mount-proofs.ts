import { method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { authenticate } from '../../auth/access/index.ts'
import type { GatewayContext } from '../../context.ts'
import { getAnchors } from './get-anchors.ts'
import { getOperationLog } from './get-operation-log.ts'
import { getRecordProof } from './get-record-proof.ts'
import { getPublicLog, getPublicProof } from './public-proofs.ts'

/**
 * What `atoll verify` checks for itself. The gateway only passes it on: every answer proves itself by signatures that lead to a
 * DID the asker has pinned, so a broken gateway can withhold, and no more. Which network is meant the question says: the same DID may be in both.
 */
export function mountProofs(server: Server, context: GatewayContext): void {
  const auth = (request: Parameters<typeof authenticate>[0]) => authenticate(request, context)
  method(server, app.npm.gateway.getAnchors, {
    auth,
    handler: ({ auth: session }) => getAnchors(context, session),
  })
  method(server, app.npm.gateway.getOperationLog, {
    auth,
    handler: async ({ params: { did, network }, reply }) => {
      const log = network === 'public' ? await getPublicLog(context, did) : await getOperationLog(context, did)
      reply.header('content-type', 'application/json').send(log)
      return undefined
    },
  })
  method(server, app.npm.gateway.getRecordProof, {
    auth,
    handler: async ({ params, auth: session, reply }) => {
      const isPublic = params.network === 'public'
      const proof = isPublic ? await getPublicProof(context, params) : await getRecordProof(context, session, params)
      reply.header('content-type', 'application/vnd.ipld.car').send(proof)
      return undefined
    },
  })
}
