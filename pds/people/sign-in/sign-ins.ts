import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { hashSecret } from '../state/index.ts'

/** One sign-in of a package manager that waits for a click, or has it. */
export interface SignIn {
  /** Its key in the table. */
  id: string
  requester: { address: string; client: string }
  openedAt: Date
  /** It has no browser: the person typed its code. */
  device: boolean
  /** DID of the person who typed it: only they may see and confirm it. */
  enteredBy: string | undefined
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
    .where('refused_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) throw new AtollError('ExpiredHandle')
  return {
    id: row.id_hash,
    requester: { address: row.requester_address, client: row.requester_client },
    openedAt: row.opened_at,
    device: row.user_code_hash !== null,
    enteredBy: row.entered_by ?? undefined,
    confirmedBy: row.confirmed_by ?? undefined,
  }
}
