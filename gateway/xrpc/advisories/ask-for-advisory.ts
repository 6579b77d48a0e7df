import type { AtUriString } from '@atproto/syntax'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { type ComposedOperation, putAdvisory } from '#common/operations/index.ts'
import { type BuiltRecord, parseOperation } from '#common/records/index.ts'
import type { app } from '#lexicons'
import { noteRefusal } from '../../audit-log/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { otpOf, requesterOf, sendOtpRequest } from '../../npm/index.ts'
import { runOperation } from '../../operations/index.ts'

type Written = app.npm.gateway.addAdvisory.$OutputBody

interface AdvisoryCall {
  session: Session
  request: FastifyRequest
  reply: FastifyReply
  /** What somebody sent; the same again, with a code, means the same operation. */
  asked: object
  /** @returns the operation; or what is there already, when there is nothing to do */
  compose(): Promise<(ComposedOperation & { write: BuiltRecord }) | Written>
}

/**
 * Either half of the ceremony for an advisory.
 * @returns the record that stands; undefined when the answer, 401 with where to approve it, is sent
 * @throws what `compose` throws; InvalidCode, and what the org PDS refuses
 */
export async function askForAdvisory(gateway: GatewayContext, call: AdvisoryCall): Promise<Written | undefined> {
  const { session, request, reply, asked, compose } = call
  let standing: Written | undefined
  try {
    const outcome = await runOperation(gateway.ceremony, {
      session,
      requester: requesterOf(request),
      request: sha256(JSON.stringify(['advisory', asked])),
      otp: otpOf(request.headers),
      compose: async () => {
        const composed = await compose()
        if ('bytes' in composed) return composed
        standing = composed
        return undefined
      },
    })
    if (outcome === undefined) return standing
    if ('approval' in outcome) return void sendOtpRequest(reply, outcome.approval)
    const { record_uri: uri, record_cid: cid, bytes } = outcome.done
    return { id: putAdvisory.parseInput(parseOperation(bytes).input).id, uri: uri as AtUriString, cid }
  } catch (error) {
    await noteRefusal(gateway.audit, { session, subject: putAdvisory.procedure, error })
    throw error
  }
}
