import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'

/** One `npm login` that waits for a click, or has it. */
export interface SignIn {
  /** Its key in the table. */
  id: string
  requester: { address: string; client: string }
  openedAt: Date
  /** DID of the person who confirmed it. */
  confirmedBy: string | undefined
}

/** @throws ExpiredHandle */
export async function findSignIn({ db, clock }: PeopleContext, handle: string): Promise<SignIn> {
  const row = await db
    .selectFrom('sign_in')
    .selectAll()
    .where('handle_hash', '=', hashSecret(handle))
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirst()
  if (row === undefined) throw new AtollError('ExpiredHandle')
  return {
    id: row.id_hash,
    requester: { address: row.requester_address, client: row.requester_client },
    openedAt: row.opened_at,
    confirmedBy: row.confirmed_by ?? undefined,
  }
}
