import { nonceOf } from '#common/records/index.ts'
import type { PeopleContext } from '../context.ts'
import { beginRound, type Purpose } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { type Approval, checkAnswerable, checkApprover, isApprovedAlone } from './approvals.ts'

export interface StepUpRequest {
  purpose: Purpose
  browser: string
  session: Session
  /** Path of the page to come back to. */
  returnTo: string
  /** What the IdP shall sign. */
  nonce: string
  /** However short ago the last second factor was. */
  afresh?: boolean
}

/**
 * *Approve* was pressed: the person goes to the IdP, which signs the operation's hash as nonce (DESIGN §2, step 3).
 * @returns the IdP's address to send the browser to
 * @throws NotYours, AlreadyBound, NotEnrolled, ExpiredHandle, ComponentUnavailable
 */
export async function requestStepUp(
  context: PeopleContext,
  approval: Approval,
  request: Pick<StepUpRequest, 'browser' | 'session' | 'returnTo'>,
): Promise<string> {
  checkApprover(approval, request.session)
  checkAnswerable(approval)
  const asked = { ...request, purpose: 'approve', nonce: nonceOf(approval.op) } as const
  return beginStepUp(context, { ...asked, afresh: isApprovedAlone(approval) })
}

/** The way to the IdP for a second factor. Within `maxAgeSeconds` of the last one the IdP answers without asking. */
export async function beginStepUp(context: PeopleContext, request: StepUpRequest): Promise<string> {
  const { session, afresh = false, ...round } = request
  const { did, issuer } = session
  const { settings } = await context.providers.get(issuer)
  const maxAgeSeconds = afresh ? 0 : settings.maxAgeSeconds
  return beginRound(context, {
    ...round,
    issuer,
    did,
    stepUp: { maxAgeSeconds },
    // max_age=0 is read as "absent" by some IdPs; this says the same in words they do read.
    ...(maxAgeSeconds === 0 ? { prompt: 'login' } : {}),
  })
}
