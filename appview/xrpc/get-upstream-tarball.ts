import { Readable } from 'node:stream'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { readers, type XrpcContext } from './context.ts'
import { findOutside } from './find-outside.ts'

/** The bytes of an upstream file. The connection breaks off when they turn out to be the wrong ones. */
export function getUpstreamTarball(context: XrpcContext): void {
  method(context.server, app.npm.registry.getUpstreamTarball, {
    auth: context.authorize(readers),
    handler: async ({ params: { name: raw, did, file }, reply }) => {
      const asked = parsePackageName(raw)
      const row = await findOutside(context, asked, did)
      if (row.source === 'upstream') context.attestations.wants(asked, { file })
      const { bytes, size } = await context.upstream.tarball(asked, file, row)
      if (size !== undefined) reply.header('content-length', size)
      reply.header('content-type', 'application/octet-stream').send(Readable.from(bytes, { objectMode: false }))
      return undefined
    },
  })
}
