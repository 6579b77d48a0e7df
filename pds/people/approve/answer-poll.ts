import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'

/**
 * What npm hears when it polls `doneUrl`. The code is given again until it is redeemed: npm repeats a poll whose answer got
 * lost, and a code that was given to nobody would cost the person a second approval. It works once all the same, and only for
 * the token that asked.
 * @returns the code, or undefined while the person has not decided
 * @throws OperationDenied; ExpiredHandle when it was redeemed, has expired, or never was
 */
export async function answerPoll(
  { db, clock, codes }: Pick<PeopleContext, 'db' | 'clock' | 'codes'>,
  doneSecret: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('approval')
    .select(['handle_hash', 'state', 'batch'])
    .where('done_hash', '=', hashSecret(doneSecret))
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirst()
  if (row?.state === 'open') return undefined
  if (row?.state === 'approved') return codes.codeOf(row.batch ?? row.handle_hash)
  throw new AtollError(row?.state === 'denied' ? 'OperationDenied' : 'ExpiredHandle')
}
