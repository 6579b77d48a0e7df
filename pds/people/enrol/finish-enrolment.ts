import { AtollError } from '#common/errors/index.ts'
import { noteOutcome } from '../audit-notes/index.ts'
import type { PeopleContext } from '../context.ts'
import type { FinishedRound } from '../idp/index.ts'
import { submitOwn } from '../submit-own.ts'

const actions = {
  done: 'person.enrolled',
  refused: 'enrolment.refused',
  interrupted: 'enrolment.interrupted',
} as const

/**
 * Brings the IdP's word to the org PDS, which binds (issuer, subject) to the DID, once. Whatever fails is logged and tried
 * again at a later sign-in: signing in works without it, approving does not. That the org PDS refuses for good is remembered,
 * for the person must be told.
 */
export async function finishEnrolment(context: PeopleContext, round: FinishedRound): Promise<void> {
  const { did, operation, answer } = round
  if (did === undefined || operation === undefined) throw new Error('an enrolment is about a person and an operation')
  try {
    if (answer === undefined) throw new Error('the identity provider would not confirm without asking')
    const { idToken, claims } = answer
    const about = { id: round.nonce, subject: did, by: did, details: `${claims.sub} of ${round.issuer}`, actions }
    await noteOutcome(context, about, () => submitOwn(context, { did, operation, idToken }))
    await note(context, did, { enrolled_at: new Date(context.clock.now()), enrol_refused: false })
    context.log.info({ did }, 'enrolled')
  } catch (err) {
    const refused = err instanceof AtollError && err.code === 'AlreadyBound'
    if (refused) await note(context, did, { enrol_refused: true })
    context.log.warn({ err, did }, refused ? 'enrolment refused' : 'not enrolled yet')
  }
}

async function note(
  { db }: PeopleContext,
  did: string,
  outcome: { enrolled_at?: Date; enrol_refused: boolean },
): Promise<void> {
  await db.updateTable('person').set(outcome).where('did', '=', did).execute()
}
