import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { AtollError } from '#common/errors/index.ts'
import { maxImportListBytes } from '#common/imports/index.ts'
import { method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import packageJson from '../../package.json' with { type: 'json' }
import { authenticate } from '../auth/access/index.ts'
import type { GatewayContext } from '../context.ts'
import { mountAdvisories } from './advisories/index.ts'
import { mountAudit } from './audit.ts'
import { mountCounts, mountDownloads } from './downloads/index.ts'
import { importList } from './import.ts'
import { label } from './label.ts'
import { mountListLabels } from './list-labels.ts'
import { mountExceptions } from './mount-exceptions.ts'
import { mountPromotions } from './mount-promotions.ts'
import { mountReads } from './mount-reads.ts'
import { mountRevocations } from './mount-revocations.ts'
import { noteAudit } from './note-audit.ts'
import { noteBreakGlass } from './note-break-glass.ts'
import { operate } from './operate.ts'
import { mountProofs } from './proofs/index.ts'
import { purge } from './purge.ts'
import { setAccess } from './set-access.ts'
import { mountExchange, mountTokens } from './tokens/index.ts'

const maxOperateBytes = 1_048_576

/** The gateway's own methods, and the few of the AppView that people may call through it. Every other method is 404. */
export function mountXrpc(server: Server, context: GatewayContext): void {
  const { auth, parked, updates } = context
  const peers = peerAuthorizer(auth)

  method(server, app.npm.gateway.getParked, {
    auth: peers(['people']),
    handler: async ({ params, reply }) => {
      const path = await parked.find(params.integrity)
      if (path === undefined) throw new AtollError('NotFound')
      const { size } = await stat(path)
      reply.header('content-type', 'application/octet-stream').header('content-length', size)
      reply.send(createReadStream(path))
      return undefined
    },
  })

  method(server, app.npm.gateway.setAccess, {
    auth: peers(['people']),
    handler: ({ input }) => setAccess(context, input),
  })

  method(server, app.npm.gateway.noteBreakGlass, {
    auth: peers(['people']),
    handler: ({ input }) => noteBreakGlass(context, input),
  })

  method(server, app.npm.gateway.noteAudit, {
    auth: peers(['people']),
    handler: ({ input }) => noteAudit(context, input),
  })

  method(server, app.npm.gateway.getStatus, {
    auth: (request) => authenticate(request, context),
    handler: async () => ({ ready: updates.live, version: packageJson.version, tarballs: context.tarballs.usage }),
  })

  method(server, app.npm.gateway.operate, {
    auth: (request) => authenticate(request, context),
    handler: ({ input, auth: session, request, reply }) => operate(context, { input, session, request, reply }),
    bodyLimitBytes: maxOperateBytes,
  })

  method(server, app.npm.gateway.label, {
    auth: (request) => authenticate(request, context),
    handler: ({ input, auth: session, request, reply }) => label(context, { input, session, request, reply }),
  })

  method(server, app.npm.gateway.purge, {
    auth: (request) => authenticate(request, context),
    handler: ({ input, auth: session, request, reply }) => purge(context, { input, session, request, reply }),
  })

  mountAdvisories(server, context)
  mountExceptions(server, context)
  mountTokens(server, context)
  mountAudit(server, context)
  mountPromotions(server, context)
  mountExchange(server, context)
  method(server, app.npm.gateway.import, {
    auth: (request) => authenticate(request, context),
    handler: ({ params, input: body, auth: session, request, reply }) =>
      importList(context, { params, body, session, request, reply }),
    bodyLimitBytes: maxImportListBytes,
  })

  mountDownloads(server, context)
  mountCounts(server, context)
  mountReads(server, context)
  mountListLabels(server, context)
  mountRevocations(server, context)
  mountProofs(server, context)
}
