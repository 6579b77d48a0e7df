import type { LexMap } from '@atproto/lex-data'
import type { AtUriString } from '@atproto/syntax'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import { parseClaimableName, parsePackageName } from '#common/names/index.ts'
import {
  approveName,
  approvePromotion,
  claimName,
  consentToPromotion,
  putException,
  putPermission,
  putSource,
  putTeam,
  putTrustedPublisher,
  releaseName,
  requestPromotion,
  transferName,
  withdrawPromotion,
} from '#common/operations/index.ts'
import { createTid, encodeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { notingRefusal } from '../audit-log/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'
import { askForApproval, checkPermission } from '../npm/index.ts'
import { composeAsked } from '../operations/index.ts'
import { approveAlone } from './approve-alone.ts'
import type { OperateCall } from './operate-call.ts'

type Written = { uri: AtUriString; cid: string }

// A publish comes with its tarball, through npm's own endpoint; an enrolment is made by the people PDS.
const inRepositories = [putTeam, putPermission, putTrustedPublisher, putException, putSource]
const ofPromotions = [requestPromotion, approvePromotion, withdrawPromotion]
/** Nobody executes these. */
const approvedAlone = [approveName, consentToPromotion]
const kinds = [...inRepositories, claimName, releaseName, transferName, ...ofPromotions]

/**
 * Operations that are all input: the first call opens the approval, the second brings the code (DESIGN §2).
 * @returns the record that was written; undefined when the answer, 401 with where to approve it, is sent
 * @throws InvalidOperation, Forbidden, InvalidCode, and what the org PDS refuses
 */
export async function operate(gateway: GatewayContext, call: OperateCall): Promise<Written | undefined> {
  const { input, session } = call
  const fingerprint = fingerprintOf(input)
  const subject = `${input.procedure} ${input.org}`
  if (approvedAlone.some(({ procedure }) => procedure === input.procedure)) {
    return notingRefusal(gateway.audit, { session, subject }, () => approveAlone(gateway, call, fingerprint))
  }
  const done = await askForApproval(gateway, call, {
    subject,
    fingerprint,
    compose: () => compose(gateway, input, session),
  })
  if (done === 'sent') return undefined
  gateway.updates.rightsChanged()
  return { uri: done.record_uri as AtUriString, cid: done.record_cid }
}

/** SHA-256 of what is asked: who asks the same again, with a code, means the same operation. */
function fingerprintOf(input: OperateCall['input']): Buffer {
  try {
    return sha256(encodeRecord(input as LexMap))
  } catch (cause) {
    throw new AtollError('InvalidOperation', { reason: 'its input is not data of the AT Protocol' }, cause)
  }
}

/**
 * Nobody goes through the ceremony for a name that is another's, or that would shadow a package of upstream.
 * @throws NameTaken, InvalidName, InvalidOperation
 */
async function checkClaim({ peers }: GatewayContext, { procedure, org, input }: OperateCall['input']): Promise<void> {
  if (procedure !== claimName.procedure) return
  const { name } = parseClaimableName(nameIn(input))
  await peers.appview.call(app.npm.registry.getClaim, { params: { org, name } })
}

/** @throws InvalidOperation */
function nameIn(input: unknown): string {
  const { name } = input as { name?: unknown }
  if (typeof name === 'string') return name
  throw new AtollError('InvalidOperation', { reason: 'it does not say what it is about' })
}

async function compose(gateway: GatewayContext, wanted: OperateCall['input'], session: Session) {
  const { org, procedure, input } = wanted
  const kind = kinds.find((candidate) => candidate.procedure === procedure)
  if (kind === undefined) {
    throw new AtollError('InvalidOperation', { reason: `${procedure} cannot be asked for here` })
  }
  const handle = await handleOf(gateway.identities, org)
  const isException = kind === putException
  const about = aboutOf(kind, input)
  await checkPermission(gateway, session, { org: { did: org, handle }, kind, package: about })
  await checkClaim(gateway, wanted)
  const decided = isException ? { decidedBy: session.did } : {}
  const asked = kind === requestPromotion ? { id: createTid(), requestedBy: session.did } : {}
  return composeAsked(gateway.clock, { org, procedure, input: { ...(input as object), ...decided, ...asked } })
}

/** The package whose permissions are asked for; what the executor asks again, of the input as it is signed. */
function aboutOf(kind: (typeof kinds)[number], input: unknown): string {
  if (kind === approvePromotion) return parsePackageName(nameIn((input as { request?: object }).request ?? {})).name
  const isAboutPackage = kind === putException || ofPromotions.some((one) => one === kind)
  return isAboutPackage ? parsePackageName(nameIn(input)).name : '*'
}
