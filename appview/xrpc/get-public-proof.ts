import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { publicProofsOf, readers, type XrpcContext } from './context.ts'

/** Of public repositories alone, by the PDS that the public directory names. */
export function getPublicProof(context: XrpcContext): void {
  method(context.server, app.npm.registry.getPublicProof, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const proof = await publicProofsOf(context, params.did).recordProof(params)
      reply.header('content-type', 'application/vnd.ipld.car').send(proof)
      return undefined
    },
  })
}
