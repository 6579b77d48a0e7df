import { AtollError } from '#common/errors/index.ts'
import { addPasskey, readOperation } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import { noteOutcome } from '../audit-notes/index.ts'
import type { PeopleContext } from '../context.ts'
import type { FinishedRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { submitOwn } from '../submit-own.ts'
import { forgetPasskey, markConfirmed } from './stored-passkeys.ts'

const unfinished = { refused: 'passkey.refused', interrupted: 'passkey.interrupted' } as const
const adding = { done: 'passkey.added', ...unfinished } as const
const removing = { done: 'passkey.removed', ...unfinished } as const

/**
 * Back from the IdP: the org PDS takes or forgets a passkey, and then so does this one. What fails in between is done again from
 * the page of passkeys: the org PDS takes both twice.
 * @throws NotYours, StepUpRejected, PasskeyNotAccepted, ComponentUnavailable
 */
export async function finishChange(context: PeopleContext, session: Session, round: FinishedRound): Promise<void> {
  const { did } = session
  const { operation, answer, passkey } = round
  if (operation === undefined) throw new Error('a change of passkeys is an operation')
  const { kind, input } = readOperation(parseOperation(operation))
  if (!('credential' in input)) throw new Error('a change of passkeys names one')
  const subject = Buffer.from(input.credential).toString('base64url')
  const adds = kind.procedure === addPasskey.procedure
  const details = `${adds ? 'to add' : 'to remove'}, ${passkey === undefined ? 'no passkey' : 'a passkey'} signed for it`
  const actions = adds ? adding : removing
  await noteOutcome(context, { id: round.nonce, subject, by: did, details, actions }, async () => {
    if (round.did !== did) throw new AtollError('NotYours')
    if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
    await submitOwn(context, { did, operation, idToken: answer.idToken, passkey })
  })
  await (adds ? markConfirmed(context, did, subject) : forgetPasskey(context, did, subject))
  context.log.info({ did, credential: subject }, adds ? 'passkey confirmed' : 'passkey removed')
}
