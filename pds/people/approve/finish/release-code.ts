import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../../context.ts'
import { hashSecret } from '../../state/index.ts'
import type { Approval } from '../approvals.ts'
import type { FinishContext } from './step.ts'

/** As long as the org PDS takes the ID token that goes with the code. */
export const codeLifetimeMs = 5 * 60_000

export interface Release {
  idToken: string
  /** What a passkey signed with it, if that is the second factor. */
  passkey: string | undefined
  /** When the IdP's word arrived. */
  confirmedAt: Date
  /** The batch it was approved in, if any: its code is that of all of them. */
  batch?: string
}

/** The last step for an operation that is approved by itself. @throws ExpiredHandle */
export async function releaseCode({ people, approval, round }: FinishContext): Promise<void> {
  const idToken = round.answer?.idToken ?? ''
  const confirmedAt = new Date(people.clock.now())
  if (await release(people, approval, { idToken, passkey: round.passkey, confirmedAt })) return
  throw new AtollError('ExpiredHandle')
}

/**
 * The code counts from now on, as long as the operation does and five minutes at most.
 * @returns false when the operation was answered meanwhile
 */
export async function release(
  { db, codes, log, answers }: PeopleContext,
  { id, did, operation }: Approval,
  { idToken, passkey, confirmedAt, batch }: Release,
): Promise<boolean> {
  const updated = await db
    .updateTable('approval')
    .set({
      state: 'approved',
      id_token: idToken,
      passkey: passkey ?? null,
      batch: batch ?? null,
      code_hash: hashSecret(codes.codeOf(batch ?? id)),
      expires_at: new Date(Math.min(operation.expiry * 1000, confirmedAt.getTime() + codeLifetimeMs)),
    })
    .where('handle_hash', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) return false
  answers.count({ outcome: 'approved' })
  log.info({ did, org: operation.org, procedure: operation.procedure }, 'operation approved')
  return true
}
