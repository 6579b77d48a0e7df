import type { AtUriString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { composeOperation } from '#common/operations/index.ts'
import type { GatewayContext } from '../context.ts'
import { otpOf, requesterOf, sendOtpRequest } from '../npm/index.ts'
import { operationLifetimeSeconds } from '../operations/index.ts'
import type { OperateCall } from './operate-call.ts'

/**
 * Somebody stands behind a record, and nobody executes anything: an administrator of the registry behind a grant or change, which it counts
 * when it is told to write the record; or who published a version behind its promotion. That they did is in their own repository when
 * the code is released.
 * @returns the record that is approved; undefined when the answer, 401 with where to approve it, is sent
 * @throws InvalidOperation, NotAdministrator, InvalidCode, and what the people PDS refuses
 */
export async function approveAlone(
  { ceremony, audit, clock }: GatewayContext,
  { input: asked, session, request, reply }: OperateCall,
  fingerprint: Buffer,
): Promise<{ uri: AtUriString; cid: string } | undefined> {
  const otp = otpOf(request.headers)
  const waiting = otp === undefined ? undefined : await ceremony.find(session, fingerprint)
  if (otp !== undefined && waiting !== undefined) {
    await ceremony.redeem(waiting, otp)
    const { record_uri: uri, record_cid: cid } = waiting
    const details = { cid, op: waiting.op.toString('hex'), token: session.tokenId }
    await audit.append({ actor: session.did, action: 'operation.done', subject: uri, details })
    await ceremony.forget(waiting)
    return { uri: uri as AtUriString, cid }
  }
  const composed = composeOperation({
    org: asked.org,
    procedure: asked.procedure,
    input: readDraft(asked.input),
    expiry: Math.floor(clock.now() / 1000) + operationLifetimeSeconds,
  })
  const requester = requesterOf(request)
  sendOtpRequest(reply, await ceremony.open({ session, requester, request: fingerprint, composed, upload: undefined }))
  return undefined
}

/** It is known what the record says, times included. @throws InvalidOperation */
function readDraft(input: unknown): Parameters<typeof composeOperation>[0]['input'] {
  if (typeof input !== 'object' || input === null)
    throw new AtollError('InvalidOperation', { reason: 'it has no input' })
  // Composing holds it to its lexicon.
  return input as Parameters<typeof composeOperation>[0]['input']
}
