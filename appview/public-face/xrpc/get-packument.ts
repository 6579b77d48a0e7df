import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type FaceContext, findPublic, orMissing, readers } from '../context.ts'

/** The rendered packument, byte for byte: of what both parties stand for. */
export function getPackument(context: FaceContext): void {
  method(context.server, app.npm.registry.getPackument, {
    auth: context.authorize(readers),
    handler: async ({ params, reply }) => {
      const asked = parsePackageName(params.name)
      const form = params.form === 'abbreviated' ? 'abbreviated' : 'full'
      const where = await findPublic(context, asked)
      const found = await context.upstream.packument(asked, form, where).catch(orMissing(asked))
      reply
        .header('etag', found.etag)
        .header('last-modified', found.lastModified.toUTCString())
        .header('atoll-source', where.source)
        .header('content-type', 'application/json')
      if (params.ifNoneMatch === found.etag) reply.code(304).send()
      else reply.send(found.body)
      return undefined
    },
  })
}
