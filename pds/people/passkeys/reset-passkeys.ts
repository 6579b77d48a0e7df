import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { note } from '../audit-notes/index.ts'
import type { PeopleContext } from '../context.ts'

/**
 * An administrator takes a person's passkeys away. Here that is for the page they see: which passkeys count is the org PDS's to say.
 * @returns how many there were
 * @throws RepoNotFound when nobody has this account
 */
export async function resetPasskeys(
  { db, log }: PeopleContext,
  { did, reason, by }: { did: string; reason: string; by: string },
): Promise<{ removed: number }> {
  const person = await db.selectFrom('person').select('handle').where('did', '=', did).executeTakeFirst()
  if (person === undefined) throw new AtollError('RepoNotFound', { did })
  const deleted = await db.transaction().execute(async (transaction) => {
    const about = { action: 'passkeys.reset' as const, subject: did, details: reason, by }
    await note({ db: transaction }, { id: `${about.action} ${randomHandle(9)}`, ...about })
    return transaction.deleteFrom('passkey').where('did', '=', did).executeTakeFirst()
  })
  const removed = Number(deleted.numDeletedRows)
  log.warn({ did, handle: person.handle, reason, by, removed }, "a person's passkeys were reset")
  return { removed }
}
