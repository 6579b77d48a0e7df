import type { PeopleContext } from '../context.ts'
import { beginEnrolment, needsEnrolment } from '../enrol/index.ts'
import type { Session, Visit } from '../sessions/index.ts'
import { beginSso } from './begin-sso.ts'

/**
 * Lets a signed-in browser in; any other, and people whose account the org PDS does not know yet, by way of the IdP.
 * @param returnTo path of the page they come back to
 * @returns the session, or the address to send the browser to first
 */
export async function admit(context: PeopleContext, visit: Visit, returnTo: string): Promise<Session | string> {
  const { session, browser } = visit
  if (session === undefined) return beginSso(context, { browser, returnTo })
  return (await enrolFirst(context, { browser, session, returnTo })) ?? session
}

/** @returns the IdP's address, when an enrolment is due; that it cannot be tried now keeps nobody out. */
export async function enrolFirst(
  context: PeopleContext,
  request: { browser: string; session: Session; returnTo: string },
): Promise<string | undefined> {
  if (!needsEnrolment(request.session, context.clock.now())) return undefined
  try {
    return await beginEnrolment(context, request)
  } catch (err) {
    context.log.warn({ err, did: request.session.did }, 'enrolment could not begin')
    return undefined
  }
}
