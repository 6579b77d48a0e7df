import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { publicProofsOf, readers, type XrpcContext } from './context.ts'

/** Of the public directory alone: what the account is inside is nobody's to ask here. */
export function getPublicLog(context: XrpcContext): void {
  method(context.server, app.npm.registry.getPublicLog, {
    auth: context.authorize(readers),
    handler: async ({ params: { did }, reply }) => {
      const log = await publicProofsOf(context, did).operationLog(did)
      reply.header('content-type', 'application/json').send(log)
      return undefined
    },
  })
}
