import { AtollError } from '#common/errors/index.ts'
import { nonceOf } from '#common/records/index.ts'
import type { PeopleContext } from '../../context.ts'
import type { FinishedRound } from '../../idp/index.ts'
import type { Session } from '../../sessions/index.ts'
import { checkApprover } from '../approvals.ts'
import { noteGroups } from '../finish/note-groups.ts'
import { codeLifetimeMs } from '../finish/release-code.ts'
import { checkConfirmation } from '../finish/verify-step-up.ts'
import { type ApprovalBatch, membersOf } from './batches.ts'
import { completeBatch } from './complete-batch.ts'

interface BatchContext {
  people: PeopleContext
  batch: ApprovalBatch
  session: Session
  round: FinishedRound
  /** Set by verifyConfirmation. */
  idToken?: string
}

type BatchStep = (context: BatchContext) => Promise<void>

/** What turns the IdP's answer about a list into approved operations, in this order (DESIGN §2, steps 3 and 4). */
export const finishBatchSteps = [
  checkStillOpen, // the same person, and something of it waits still
  verifyConfirmation, // the IdP signed the list's hash, freshly, with MFA, about this person
  noteGroups, // what it says about their groups stands there first
  keepConfirmation, // from here on a kill loses nothing: what follows is done at the next start
  attestAndRelease, // each operation gets its witness and its code
] as const satisfies BatchStep[]

/** @throws NotYours, AlreadyBound, NotEnrolled, ExpiredHandle, StepUpRejected */
export async function finishBatch(context: BatchContext): Promise<void> {
  for (const step of finishBatchSteps) await step(context)
}

/** Minutes may have passed at the IdP, and somebody else may have signed in with this browser. */
async function checkStillOpen({ people, batch, session, round }: BatchContext): Promise<void> {
  if (round.did !== session.did || batch.did !== session.did) throw new AtollError('NotYours')
  const waiting = (await membersOf(people, batch)).filter(({ state }) => state === 'open')
  if (waiting.length === 0) throw new AtollError('ExpiredHandle')
  for (const approval of waiting) checkApprover(approval, session)
}

async function verifyConfirmation(context: BatchContext): Promise<void> {
  const { people, batch, session, round } = context
  const [first = new Uint8Array()] = batch.list.ops
  context.idToken = await checkConfirmation(people, { session, round, nonce: nonceOf(first, batch.list) })
}

async function keepConfirmation(context: BatchContext): Promise<void> {
  const { people, batch, round, idToken = '' } = context
  const { passkey } = round
  const confirmedAt = new Date(people.clock.now())
  // Its codes end then, for the org PDS takes the ID token no longer.
  const expiresAt = new Date(confirmedAt.getTime() + codeLifetimeMs)
  await people.db
    .updateTable('batch')
    .set({ id_token: idToken, passkey: passkey ?? null, confirmed_at: confirmedAt, expires_at: expiresAt })
    .where('handle_hash', '=', batch.id)
    .execute()
  context.batch = { ...batch, confirmation: { idToken, passkey, confirmedAt }, expiresAt }
}

async function attestAndRelease({ people, batch }: BatchContext): Promise<void> {
  await completeBatch(people, batch)
}
