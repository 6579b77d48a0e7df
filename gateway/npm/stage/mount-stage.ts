import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import { noteRefusal } from '../../audit-log/index.ts'
import type { GatewayContext } from '../../context.ts'
import { parsePackageEndpoint } from '../../lookup/index.ts'
import { npmNotice } from '../npm-notice.ts'
import { readPublish, receivePublish } from '../publish/index.ts'
import { requesterOf } from '../requester.ts'
import { otpOf, sendOtpRequest } from '../send-otp-request.ts'
import { sessionOf } from '../session.ts'
import { approveStaged } from './approve-staged.ts'
import { describeStaged } from './describe-staged.ts'
import { findStaged } from './find-staged.ts'
import { listStaged } from './list-staged.ts'
import { rejectStaged } from './reject-staged.ts'
import { sendTarball } from './send-tarball.ts'
import { stageVersion } from './stage-version.ts'

type ById = FastifyRequest<{ Params: { id: string } }>

const bodyLimit = 4096

/** `npm stage` and `pnpm stage`: what is uploaded here waits until somebody else approves it. */
export function mountStage(scope: Server, context: GatewayContext): void {
  mountUpload(scope, context)

  scope.get('/-/stage', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    return listStaged(context, sessionOf(request), request.query)
  })

  scope.get('/-/stage/:id', async (request: ById, reply) => {
    reply.header('cache-control', 'no-store')
    return describeStaged(await findStaged(context, sessionOf(request), request.params.id))
  })

  scope.get('/-/stage/:id/tarball', async (request: ById, reply) =>
    sendTarball(context, reply, await findStaged(context, sessionOf(request), request.params.id)),
  )

  scope.post('/-/stage/:id/approve', { bodyLimit }, (request: ById, reply) => approve(context, request, reply))

  scope.delete('/-/stage/:id', { bodyLimit }, async (request: ById, reply) => {
    await noting(context, request, 'reject', () =>
      rejectStaged(context, sessionOf(request), { id: request.params.id, query: request.query }),
    )
    return reply.code(200).send({ ok: true })
  })
}

/** The same body as that of a publish, under another address. */
function mountUpload(scope: Server, context: GatewayContext): void {
  scope.register(async (uploads) => {
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser('application/json', (_request, payload, done) => done(null, payload))
    uploads.post('/-/stage/package/*', async (request, reply) => {
      const path = request.url.split('?', 1)[0] ?? ''
      const { name, rest } = parsePackageEndpoint(path.replace('/-/stage/package/', '/-/package/'))
      if (rest.length > 0) throw new AtollError('NotSupported', { what: `POST ${path}` })
      using _slot = await context.uploadSlots.take()
      await using upload = await receivePublish(context, request)
      const asked = readPublish(context, { request, session: sessionOf(request), name, upload })
      const staged = await noting(context, request, `stage ${name.name}`, () => stageVersion(context, asked))
      return reply.code(201).send({ ok: true, success: true, id: name.name, stageId: staged.id })
    })
  })
}

async function approve(context: GatewayContext, request: ById, reply: FastifyReply): Promise<FastifyReply> {
  const session = sessionOf(request)
  const { id } = request.params
  const asked = { session, requester: requesterOf(request), otp: otpOf(request.headers) }
  const fingerprint = sha256(JSON.stringify(['approve staged', id]))
  const outcome = await noting(context, request, 'approve', () =>
    approveStaged(context, { ...asked, request: fingerprint, id }),
  )
  if ('approval' in outcome) return sendOtpRequest(reply, outcome.approval)
  const { heldBack } = outcome
  return reply
    .code(201)
    .headers(npmNotice(heldBack && [heldBack.message]))
    .send({ ok: true, success: true, id })
}

async function noting<Done>(
  { audit }: GatewayContext,
  request: FastifyRequest,
  what: string,
  act: () => Promise<Done>,
): Promise<Done> {
  try {
    return await act()
  } catch (error) {
    const subject = `${what} ${request.url.split('?', 1)[0]}`
    await noteRefusal(audit, { session: sessionOf(request), subject, error })
    throw error
  }
}
