import type { PeopleContext } from '../context.ts'
import type { IdTokenClaims } from '../idp/index.ts'

/**
 * Keeps where somebody reads mail, where the settings want that: what their identity provider says is theirs
 * (https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims), and what is not so any more is forgotten.
 */
export async function noteAddress(
  { db, config, clock }: Pick<PeopleContext, 'db' | 'config' | 'clock'>,
  did: string,
  claims: IdTokenClaims,
): Promise<void> {
  const address = config.keepAddresses ? verifiedAddress(claims) : undefined
  if (address === undefined) {
    await db.deleteFrom('person_address').where('did', '=', did).execute()
    return
  }
  const row = { address, noted_at: new Date(clock.now()) }
  await db
    .insertInto('person_address')
    .values({ did, ...row })
    .onConflict((conflict) => conflict.column('did').doUpdateSet(row))
    .execute()
}

/** The claim alone is whatever somebody typed at a provider that lets them. @returns undefined for what is no address */
export function verifiedAddress(claims: Record<string, unknown>): string | undefined {
  const { email, email_verified: verified } = claims
  if (verified !== true || typeof email !== 'string' || email.length > 320) return undefined
  // No name, no list, nothing that a mail server would take apart.
  return /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(email) ? email : undefined
}
