import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { requesterOf } from '../requester.ts'
import { otpOf } from '../send-otp-request.ts'
import type { PublishRequest } from './context.ts'
import { discardRest } from './discard-rest.ts'
import { readDocument } from './read-document.ts'
import { receiveUpload, type Upload } from './upload/index.ts'

/** The body of a publish, taken in. @throws InvalidRequest, PayloadTooLarge, NotSupported */
export async function receivePublish({ parked, config }: GatewayContext, request: FastifyRequest): Promise<Upload> {
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

/** What is asked with it. @throws InvalidRequest, InvalidName, InvalidVersion */
export function readPublish(
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
  const jobToken = jobTokenOf(request)
  return { gateway, session, requester: requesterOf(request), otp, jobToken, document, tarball, fingerprint }
}

function jobTokenOf({ headers }: FastifyRequest): string | undefined {
  const token = headers['atoll-id-token']
  return typeof token === 'string' && token !== '' ? token : undefined
}
