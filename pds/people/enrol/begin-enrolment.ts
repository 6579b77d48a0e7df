import { composeEnrolment } from '#common/operations/index.ts'
import type { PeopleContext } from '../context.ts'
import { beginRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'

const lifetimeSeconds = 5 * 60
const retryAfterMs = 30_000

/** An account becomes one that counts at its first sign-in, or at a later one if something was down then. */
export function needsEnrolment({ enrolled, enrolTriedAt }: Session, now: number): boolean {
  return !enrolled && (enrolTriedAt === undefined || now - enrolTriedAt.getTime() > retryAfterMs)
}

/**
 * Begins the silent second round (DESIGN §2): the IdP signs the hash of "this subject is this DID" without asking anybody.
 * @returns the IdP's address to send the browser to
 * @throws ComponentUnavailable
 */
export async function beginEnrolment(
  context: PeopleContext,
  { browser, session, returnTo }: { browser: string; session: Session; returnTo: string },
): Promise<string> {
  const { db, clock } = context
  const { did, issuer, subject } = session
  await db
    .updateTable('person')
    .set({ enrol_tried_at: new Date(clock.now()) })
    .where('did', '=', did)
    .execute()
  const expiry = Math.floor(clock.now() / 1000) + lifetimeSeconds
  const { bytes, op } = composeEnrolment({ issuer, subject, did }, expiry)
  const nonce = Buffer.from(op).toString('base64url')
  return beginRound(context, {
    purpose: 'enrol',
    issuer,
    browser,
    returnTo,
    nonce,
    did,
    operation: bytes,
    prompt: 'none',
  })
}
