import type { LexMap } from '@atproto/lex-data'
import type { AtUriString, DidString } from '@atproto/syntax'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parseClaimableName } from '#common/names/index.ts'
import {
  type ClaimNameInput,
  claimName,
  composeOperation,
  kindOf,
  type PutPermissionInput,
  type PutTeamInput,
  putPermission,
  putTeam,
} from '#common/operations/index.ts'
import { encodeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { noteRefusal } from '../audit-log/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import { otpOf, requesterOf, sendOtpRequest } from '../npm/index.ts'
import { operationLifetimeSeconds } from '../operations/index.ts'

interface OperateCall {
  input: app.npm.gateway.operate.$InputBody
  session: Session
  request: FastifyRequest
  reply: FastifyReply
}

type Written = { uri: AtUriString; cid: string }

// A publish comes with its tarball, through npm's own endpoint; an enrolment is made by the people PDS.
const kinds = [putTeam, putPermission, claimName]

/**
 * Operations that are all input: the first call opens the approval, the second brings the code (DESIGN §2).
 * @returns the record that was written; undefined when the answer, 401 with where to approve it, is sent
 * @throws InvalidOperation, Forbidden, InvalidCode, and what the org PDS refuses
 */
export async function operate(gateway: GatewayContext, call: OperateCall): Promise<Written | undefined> {
  const { input, session, request, reply } = call
  try {
    const fingerprint = fingerprintOf(input)
    const written = await finishApproved(gateway, { session, fingerprint, otp: otpOf(request.headers) })
    if (written !== undefined) return written
    await checkPermission(gateway, input, session)
    await checkClaim(gateway, input)
    const composed = compose(input, gateway.clock.now())
    const requester = requesterOf(request)
    const asked = { session, requester, request: fingerprint, composed, upload: undefined }
    sendOtpRequest(reply, await gateway.ceremony.open(asked))
    return undefined
  } catch (error) {
    await noteRefusal(gateway.audit, { session, subject: `${input.procedure} ${input.org}`, error })
    throw error
  }
}

/** SHA-256 of what is asked: who asks the same again, with a code, means the same operation. */
function fingerprintOf(input: OperateCall['input']): Buffer {
  try {
    return sha256(encodeRecord(input as LexMap))
  } catch (cause) {
    throw new AtollError('InvalidOperation', { reason: 'its input is not data of the AT Protocol' }, cause)
  }
}

async function finishApproved(
  { ceremony, updates }: GatewayContext,
  { session, fingerprint, otp }: { session: Session; fingerprint: Buffer; otp: string | undefined },
): Promise<Written | undefined> {
  const operation = otp === undefined ? undefined : await ceremony.find(session, fingerprint)
  if (otp === undefined || operation === undefined) return undefined
  await ceremony.complete(operation, otp)
  updates.rightsChanged()
  return { uri: operation.record_uri as AtUriString, cid: operation.record_cid }
}

async function checkPermission(
  { peers, identities }: GatewayContext,
  input: OperateCall['input'],
  session: Session,
): Promise<void> {
  const action = kindOf(input.procedure).action ?? 'manage'
  const params = { org: input.org, actor: session.did as DidString, action, package: '*' }
  const { allowed, missing = action } = await peers.appview.call(app.npm.registry.checkPermission, { params })
  if (allowed) return
  const org = (await identities.resolve(input.org))?.handle ?? input.org
  const details = { actor: session.handle, action, package: 'teams, permissions and names', org, missing }
  throw new AtollError('Forbidden', details)
}

/**
 * Nobody goes through the ceremony for a name that is another's, or that would shadow a package of upstream.
 * @throws NameTaken, InvalidName
 */
async function checkClaim({ peers }: GatewayContext, { procedure, org, input }: OperateCall['input']): Promise<void> {
  const { name } = input as { name?: unknown }
  if (procedure !== claimName.procedure || typeof name !== 'string') return
  await peers.appview.call(app.npm.registry.getClaim, { params: { org, name: parseClaimableName(name).name } })
}

/** The time is ours to say; everything else has to be in what was asked. */
function compose({ org, procedure, input }: OperateCall['input'], now: number) {
  if (!kinds.some((kind) => kind.procedure === procedure)) {
    throw new AtollError('InvalidOperation', { reason: `${procedure} cannot be asked for here` })
  }
  const draft = { ...input, createdAt: new Date(now).toISOString() } as unknown as
    | PutTeamInput
    | PutPermissionInput
    | ClaimNameInput
  const expiry = Math.floor(now / 1000) + operationLifetimeSeconds
  return composeOperation({ org, procedure, input: draft, expiry })
}
