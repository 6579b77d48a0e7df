import { AtollError } from '#common/errors/index.ts'
import { hashSecret } from '../../state/index.ts'
import type { FinishContext } from './step.ts'

const codeLifetimeMs = 5 * 60_000

/** The code counts from now on, as long as the operation does and five minutes at most. @throws ExpiredHandle */
export async function releaseCode({ people, approval, round }: FinishContext): Promise<void> {
  const { db, clock, codes, log } = people
  const { did, operation } = approval
  const updated = await db
    .updateTable('approval')
    .set({
      state: 'approved',
      id_token: round.answer?.idToken ?? null,
      code_hash: hashSecret(codes.codeOf(approval.id)),
      expires_at: new Date(Math.min(operation.expiry * 1000, clock.now() + codeLifetimeMs)),
    })
    .where('handle_hash', '=', approval.id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) throw new AtollError('ExpiredHandle')
  log.info({ did, org: operation.org, procedure: operation.procedure }, 'operation approved')
}
