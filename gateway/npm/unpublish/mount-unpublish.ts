import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackagePath } from '../../lookup/index.ts'
import { changePackage } from '../changes/index.ts'
import { sessionOf } from '../session.ts'
import { confirmRemoved } from './confirm-removed.ts'
import { retireAll } from './retire-all.ts'

/**
 * What `npm unpublish` deletes: the whole document, `/:package/-rev/:rev`, or, after it has taken one version out of it, that
 * version's file, `/:package/-/:file/-rev/:rev` (libnpmpublish, unpublish.js).
 */
export function mountUnpublish(scope: Server, context: GatewayContext): void {
  scope.delete('/*', async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const parsed = path.startsWith('/-/') ? undefined : parsePackagePath(path)
    const session = sessionOf(request)
    if (parsed?.kind === 'revision') {
      return changePackage(context, { request, reply }, retireAll(context, session, parsed))
    }
    if (parsed?.kind === 'tarball-revision') {
      await confirmRemoved(context, session, parsed)
      return reply.send({ ok: true })
    }
    throw new AtollError('NotSupported', { what: `DELETE ${path}` })
  })
}
