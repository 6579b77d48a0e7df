import type { Clock } from '#common/clock/index.ts'
import { randomHandle } from '#common/crypto/index.ts'
import type { Kysely } from '#common/db/index.ts'
import { hashSecret, type PeopleTables } from '../state/index.ts'

/** A person, signed in with a browser. */
export interface Session {
  /** What the browser's cookie holds. */
  token: string
  did: string
  handle: string
  issuer: string
  subject: string
  /** The org PDS knows that (issuer, subject) is this DID. */
  enrolled: boolean
  enrolTriedAt: Date | undefined
  /** The org PDS has bound this subject, or this DID, to another one: only administrators can help. */
  enrolRefused: boolean
}

export const sessionSeconds = 8 * 60 * 60

interface Store {
  db: Kysely<PeopleTables>
  clock: Clock
}

/** Only the hash of its token is kept. @param did of a person who has an account here */
export async function createSession(store: Store, did: string): Promise<Session> {
  const token = randomHandle(24)
  const expires_at = new Date(store.clock.now() + sessionSeconds * 1000)
  await store.db
    .insertInto('session')
    .values({ token_hash: hashSecret(token), did, expires_at })
    .execute()
  const session = await findSession(store, token)
  if (session === undefined) throw new Error(`${did} has no account here`)
  return session
}

export async function findSession({ db, clock }: Store, token: string): Promise<Session | undefined> {
  const row = await db
    .selectFrom('session')
    .innerJoin('person', 'person.did', 'session.did')
    .select(['person.did', 'handle', 'issuer', 'subject', 'enrolled_at', 'enrol_tried_at', 'enrol_refused'])
    .where('token_hash', '=', hashSecret(token))
    .where('expires_at', '>', new Date(clock.now()))
    // One that was being made while its person was disabled.
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { did, handle, issuer, subject } = row
  const enrolTriedAt = row.enrol_tried_at ?? undefined
  const enrolled = row.enrolled_at !== null
  return { token, did, handle, issuer, subject, enrolled, enrolTriedAt, enrolRefused: row.enrol_refused }
}

export async function endSession({ db }: Pick<Store, 'db'>, token: string): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', hashSecret(token)).execute()
}
