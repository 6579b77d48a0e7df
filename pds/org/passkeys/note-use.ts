import type { OrgDatabase } from '../database.ts'

interface Use {
  /** Credential id. */
  id: string
  challenge: string
  /** Of the authenticator, with this signature. */
  counter: number
  at: Date
  isPlausible: (before: number) => boolean
}

// As long as an ID token counts that a signature is brought with, and some more.
const rememberedMs = 15 * 60_000

/**
 * Remembers a signature and the counter it came with. What was taken once is taken again, for the operations of a batch come one
 * by one with the same signature, and others may be approved in between.
 * @returns false when the counter is one that a copy would show
 */
export function noteUse(db: OrgDatabase, { id, challenge, counter, at, isPlausible }: Use): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const passkey = await transaction
      .selectFrom('passkey')
      .select('counter')
      .where('credential_id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (passkey === undefined) return false
    const known = await transaction
      .selectFrom('passkey_use')
      .select('used_at')
      .where('credential_id', '=', id)
      .where('challenge', '=', challenge)
      .executeTakeFirst()
    if (known !== undefined) return true
    if (!isPlausible(Number(passkey.counter))) return false
    await transaction.updateTable('passkey').set({ counter }).where('credential_id', '=', id).execute()
    await transaction
      .deleteFrom('passkey_use')
      .where('credential_id', '=', id)
      .where('used_at', '<', new Date(at.getTime() - rememberedMs))
      .execute()
    await transaction.insertInto('passkey_use').values({ credential_id: id, challenge, used_at: at }).execute()
    return true
  })
}
