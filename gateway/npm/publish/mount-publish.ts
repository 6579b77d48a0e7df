import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { noteRefusal } from '../../audit-log/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackagePath } from '../../lookup/index.ts'
import { changeDocument, changePackage } from '../changes/index.ts'
import { npmNotice } from '../npm-notice.ts'
import { requesterOf } from '../requester.ts'
import { otpOf, sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'
import type { PublishAnswer, PublishRequest } from './context.ts'
import { discardRest } from './discard-rest.ts'
import { readDocument } from './read-document.ts'
import { publish } from './steps.ts'
import { receiveUpload, type Upload } from './upload/index.ts'

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
      await using upload = await receive(context, request)
      const { document, tarball } = upload
      if (tarball === undefined && (revision !== undefined || changesMetadata(document))) {
        return changePackage(
          context,
          { request, reply },
          changeDocument(context, session, { name, document, revision }),
        )
      }
      try {
        return answer(reply, name, await publish(readRequest(context, { request, session, name, upload })))
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

async function receive({ parked, config }: GatewayContext, request: FastifyRequest): Promise<Upload> {
  const body = request.body as Readable | undefined
  if (body === undefined) throw new AtollError('InvalidRequest', { reason: 'it has no body' })
  try {
    return await receiveUpload(body, { folder: parked.folder, limits: config.limits })
  } catch (error) {
    // The client reads the answer only while it can still write.
    discardRest(body)
    throw error
  }
}

function readRequest(
  gateway: GatewayContext,
  from: { request: FastifyRequest; session: Session; name: PackageName; upload: Upload },
): PublishRequest {
  const { request, session, name, upload } = from
  const { tarball } = upload
  const document = readDocument(upload.document, name)
  if (tarball === undefined) throw new AtollError('InvalidRequest', { reason: 'it has no tarball attached' })
  const asked = ['publish', name.name, document.version, document.tag, tarball.digests.integrity]
  const fingerprint = sha256(JSON.stringify(asked))
  const otp = otpOf(request.headers)
  return { gateway, session, requester: requesterOf(request), otp, document, tarball, fingerprint }
}

/** npm deprecates, unpublishes and changes owners by sending the package's document back, with nothing attached. */
function changesMetadata(document: unknown): boolean {
  const isObject = typeof document === 'object' && document !== null && !Array.isArray(document)
  return isObject && !('_attachments' in document)
}

function answer(reply: FastifyReply, { name }: PackageName, result: PublishAnswer): FastifyReply {
  if (!result.published) return sendOtpRequest(reply, result.approval)
  const { heldBack } = result
  return reply
    .code(201)
    .headers(npmNotice(heldBack && [heldBack.message]))
    .send({ ok: true, success: true, id: name })
}
