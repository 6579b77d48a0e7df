import type { Kysely } from '#common/db/index.ts'
import { hashSecret, type PeopleTables } from '../state/index.ts'

/** Why somebody is sent to the IdP. */
export type Purpose = 'sign-in' | 'confirm' | 'enrol' | 'approve' | 'approve-together'

/** One way to the IdP and back. */
export interface Round {
  purpose: Purpose
  issuer: string
  nonce: string
  pkceVerifier: string
  /** Who was signed in when it began. */
  did: string | undefined
  operation: Uint8Array | undefined
  /** Path of the page to return to. */
  returnTo: string
  startedAt: Date
}

export interface NewRound extends Round {
  /** `state` of the authorization request. */
  state: string
  /** The browser that goes, and alone may come back. */
  browser: string
  expiresAt: Date
}

export async function saveRound(db: Kysely<PeopleTables>, round: NewRound): Promise<void> {
  await db
    .insertInto('idp_round')
    .values({
      state_hash: hashSecret(round.state),
      browser_hash: hashSecret(round.browser),
      purpose: round.purpose,
      issuer: round.issuer,
      nonce: round.nonce,
      pkce_verifier: round.pkceVerifier,
      did: round.did ?? null,
      operation: round.operation === undefined ? null : Buffer.from(round.operation),
      return_to: round.returnTo,
      started_at: round.startedAt,
      expires_at: round.expiresAt,
    })
    .execute()
}

/** How many ways to the IdP are under way for one page. */
export async function countRounds(db: Kysely<PeopleTables>, returnTo: string): Promise<number> {
  const { count } = await db
    .selectFrom('idp_round')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('return_to', '=', returnTo)
    .executeTakeFirstOrThrow()
  return count
}

/**
 * Takes a round out: whoever comes back with this state a second time finds none.
 * @returns undefined when there is none, or it is another browser's
 */
export async function takeRound(
  db: Kysely<PeopleTables>,
  state: string,
  browser: string,
  now: Date,
): Promise<Round | undefined> {
  const row = await db
    .deleteFrom('idp_round')
    .where('state_hash', '=', hashSecret(state))
    .where('browser_hash', '=', hashSecret(browser))
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    purpose: row.purpose as Purpose,
    issuer: row.issuer,
    nonce: row.nonce,
    pkceVerifier: row.pkce_verifier,
    did: row.did ?? undefined,
    operation: row.operation ?? undefined,
    returnTo: row.return_to,
    startedAt: row.started_at,
  }
}
