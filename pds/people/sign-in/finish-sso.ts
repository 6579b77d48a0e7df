import { AtollError } from '#common/errors/index.ts'
import { noteAddress } from '../addresses/index.ts'
import type { PeopleContext } from '../context.ts'
import { provisionPerson } from '../enrol/index.ts'
import { noteGroups } from '../groups/index.ts'
import type { FinishedRound } from '../idp/index.ts'
import { createSession, endSession, type Session, setSessionCookie, type Visit } from '../sessions/index.ts'

/**
 * Back from the IdP: the account of this person, made now if there was none, and a session for the browser. The session before
 * ends, so that none that was planted goes on living.
 * @throws StepUpRejected when the IdP declined; AccountDisabled; DirectoryUnavailable
 */
export async function finishSso(context: PeopleContext, visit: Visit, round: FinishedRound): Promise<Session> {
  const { issuer, answer } = round
  if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
  const did = await provisionPerson(context, issuer, answer.claims)
  await checkNotDisabled(context, did)
  await noteGroups(context, did, issuer, answer)
  await noteAddress(context, did, answer.claims)
  if (visit.session !== undefined) await endSession(context, visit.session.token)
  const session = await createSession(context, did)
  setSessionCookie(context, visit.reply, session.token)
  return session
}

async function checkNotDisabled({ db }: PeopleContext, did: string): Promise<void> {
  const person = await db
    .selectFrom('person')
    .select(['handle', 'disabled_at'])
    .where('did', '=', did)
    .executeTakeFirst()
  if (person?.disabled_at != null) throw new AtollError('AccountDisabled', { did, handle: person.handle })
}
