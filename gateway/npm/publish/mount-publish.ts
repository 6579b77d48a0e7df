import type { FastifyReply, FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { noteRefusal } from '../../audit-log/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackagePath } from '../../lookup/index.ts'
import { changeDocument, changePackage } from '../changes/index.ts'
import { npmNotice } from '../npm-notice.ts'
import { sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'
import type { PublishAnswer } from './context.ts'
import { readPublish, receivePublish } from './receive-publish.ts'
import { publish } from './steps.ts'

/**
 * `PUT /:package`, which npm uses for publishing and, without an attachment, for what else changes a package; for some of that
 * `/:package/-rev/:rev`.
 */
export function mountPublish(scope: Server, context: GatewayContext): void {
  scope.register(async (uploads) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))
    uploads.put('/*', async (request, reply) => {
      const { name, revision } = targetOf(request)
      const session = sessionOf(request)
      using _slot = await context.uploadSlots.take()
      await using upload = await receivePublish(context, request)
      const { document, tarball } = upload
      if (tarball === undefined && (revision !== undefined || changesMetadata(document))) {
        return changePackage(
          context,
          { request, reply },
          changeDocument(context, session, { name, document, revision }),
        )
      }
      try {
        return answer(reply, name, await publish(readPublish(context, { request, session, name, upload })))
      } catch (error) {
        await noteRefusal(context.audit, { session, subject: `publish ${name.name}`, error })
        throw error
      }
    })
  })
}

function targetOf(request: FastifyRequest): { name: PackageName; revision: string | undefined } {
  const path = request.url.split('?', 1)[0] ?? ''
  const parsed = path.startsWith('/-/') ? undefined : parsePackagePath(path)
  if (parsed?.kind === 'package') return { name: parsed.name, revision: undefined }
  if (parsed?.kind === 'revision') return parsed
  throw new AtollError('NotSupported', { what: `PUT ${path}` })
}

/** npm deprecates, unpublishes and changes owners by sending the package's document back, with nothing attached. */
function changesMetadata(document: unknown): boolean {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  return isObject && !('_attachments' in document)
}

function answer(reply: FastifyReply, { name }: PackageName, result: PublishAnswer): FastifyReply {
  if (result.kind === 'asked') return sendOtpRequest(reply, result.approval)
  if (result.kind === 'published') {
    const { heldBack } = result
    return reply
      .code(201)
      .headers(npmNotice(heldBack && [heldBack.message]))
      .send({ ok: true, success: true, id: name })
  }
  const { id, version } = result.staged
  const notice = `${name}@${version} is STAGED and not published: somebody else has to approve it. npm stage approve ${id}`
  return reply
    .code(202)
    .headers(npmNotice([notice]))
    .send({ ok: true, success: true, id: name, stageId: id })
}
