import { AtollError } from '#common/errors/index.ts'
import { addPasskey, readOperation } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { PeopleContext } from '../context.ts'
import type { FinishedRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { submitOwn } from '../submit-own.ts'
import { forgetPasskey, markConfirmed } from './stored-passkeys.ts'

/**
 * Back from the IdP: the org PDS takes or forgets a passkey, and then so does this one. What fails in between is done again from
 * the page of passkeys: the org PDS takes both twice.
 * @throws NotYours, StepUpRejected, PasskeyNotAccepted, ComponentUnavailable
 */
export async function finishChange(context: PeopleContext, session: Session, round: FinishedRound): Promise<void> {
  const { did, operation, answer, passkey } = round
  if (did !== session.did) throw new AtollError('NotYours')
  if (answer === undefined) throw new AtollError('StepUpRejected', { reason: 'it declined' })
  if (operation === undefined) throw new Error('a change of passkeys is an operation')
  await submitOwn(context, { did, operation, idToken: answer.idToken, passkey })
  const { kind, input } = readOperation(parseOperation(operation))
  if (!('credential' in input)) throw new Error('a change of passkeys names one')
  const id = Buffer.from(input.credential).toString('base64url')
  const adds = kind.procedure === addPasskey.procedure
  await (adds ? markConfirmed(context, did, id) : forgetPasskey(context, did, id))
  context.log.info({ did, credential: id }, adds ? 'passkey confirmed' : 'passkey removed')
}
