import { Readable } from 'node:stream'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type FaceContext, readers } from '../context.ts'
import { findVersion } from './find-version.ts'

/** The bytes of a version that is shown, from its PDS. The connection breaks off when they turn out to be the wrong ones. */
export function getTarball(context: FaceContext): void {
  method(context.server, app.npm.registry.getUpstreamTarball, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const { did, name, ...known } = await findVersion(context, params, { by: 'file', value: params.file })
      const { bytes, size } = await context.mirror.origin(did).tarball(name, known)
      if (size !== undefined) reply.header('content-length', size)
      reply.header('content-type', 'application/octet-stream').send(Readable.from(bytes, { objectMode: false }))
      return undefined
    },
  })
}
