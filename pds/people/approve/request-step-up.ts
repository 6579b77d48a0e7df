import type { PeopleContext } from '../context.ts'
import { beginRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { type Approval, checkAnswerable, checkApprover } from './approvals.ts'

/**
 * *Approve* was pressed: the person goes to the IdP, which signs the operation's hash as nonce (DESIGN §2, step 3).
 * @returns the IdP's address to send the browser to
 * @throws NotYours, AlreadyBound, NotEnrolled, ExpiredHandle, ComponentUnavailable
 */
export async function requestStepUp(
  context: PeopleContext,
  approval: Approval,
  { browser, session, returnTo }: { browser: string; session: Session; returnTo: string },
): Promise<string> {
  checkApprover(approval, session)
  checkAnswerable(approval)
  const { did, issuer } = session
  const { settings } = await context.providers.get(issuer)
  const { maxAgeSeconds } = settings
  return beginRound(context, {
    purpose: 'approve',
    issuer,
    browser,
    returnTo,
    did,
    nonce: Buffer.from(approval.op).toString('base64url'),
    stepUp: { maxAgeSeconds },
    // max_age=0 is read as "absent" by some IdPs; this says the same in words they do read.
    ...(maxAgeSeconds === 0 ? { prompt: 'login' } : {}),
  })
}
