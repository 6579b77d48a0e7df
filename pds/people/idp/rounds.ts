import type { Selectable } from 'kysely'
import type { Kysely } from '#common/db/index.ts'
import { hashSecret, type PeopleTables } from '../state/index.ts'

/** Why somebody is sent to the IdP. */
export type Purpose = 'sign-in' | 'confirm' | 'enrol' | 'change-passkeys' | 'approve' | 'approve-together'

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
  /** What a passkey signed before it: the nonce. As it is passed on. */
  passkey: string | undefined
}

export interface NewRound extends Omit<Round, 'passkey'> {
  /** `state` of the authorization request. */
  state: string
  /** The browser that goes, and alone may come back. */
  browser: string
  expiresAt: Date
}

/** How a round is found: by both, for the address of one browser is worth nothing in another. */
interface RoundKey {
  state: string
  browser: string
  now: Date
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

/** How many ways to the IdP are under way for one page, by the person who is signed in or by anybody who is not. */
export async function countRounds(
  db: Kysely<PeopleTables>,
  { returnTo, did }: { returnTo: string; did?: string | undefined },
): Promise<number> {
  const { count } = await db
    .selectFrom('idp_round')
    .select((e) => e.fn.countAll<string>().as('count'))
    .where('return_to', '=', returnTo)
    .where('did', did === undefined ? 'is' : '=', did ?? null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/**
 * Takes a round out: whoever comes back with this state a second time finds none.
 * @returns undefined when there is none, or it is another browser's
 */
export async function takeRound(
  db: Kysely<PeopleTables>,
  { state, browser, now }: RoundKey,
): Promise<Round | undefined> {
  const row = await db
    .deleteFrom('idp_round')
    .where('state_hash', '=', hashSecret(state))
    .where('browser_hash', '=', hashSecret(browser))
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row && roundOf(row)
}

/** @returns a round that is under way; undefined when there is none, or it is another browser's */
export async function findRound(
  db: Kysely<PeopleTables>,
  { state, browser, now }: RoundKey,
): Promise<Round | undefined> {
  const row = await db
    .selectFrom('idp_round')
    .selectAll()
    .where('state_hash', '=', hashSecret(state))
    .where('browser_hash', '=', hashSecret(browser))
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row && roundOf(row)
}

/** Keeps what a passkey signed, for when the browser is back from the IdP. */
export async function keepPasskeySignature(db: Kysely<PeopleTables>, state: string, passkey: string): Promise<void> {
  await db.updateTable('idp_round').set({ passkey }).where('state_hash', '=', hashSecret(state)).execute()
}

function roundOf(row: Selectable<PeopleTables['idp_round']>): Round {
  return {
    purpose: row.purpose as Purpose,
    issuer: row.issuer,
    nonce: row.nonce,
    pkceVerifier: row.pkce_verifier,
    did: row.did ?? undefined,
    operation: row.operation ?? undefined,
    returnTo: row.return_to,
    startedAt: row.started_at,
    passkey: row.passkey ?? undefined,
  }
}
