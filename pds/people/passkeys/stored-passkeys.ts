import type { Selectable } from 'kysely'
import { AtollError } from '#common/errors/index.ts'
import { isCounterPlausible } from '#common/passkeys/index.ts'
import type { PeopleContext } from '../context.ts'
import type { PeopleTables } from '../state/index.ts'

/** A passkey as its owner sees it. */
export interface StoredPasskey {
  /** Credential id, base64url. */
  id: string
  name: string
  publicKey: Uint8Array
  transports: readonly string[]
  counter: number
  addedAt: Date
  lastUsedAt: Date | undefined
  /** The org PDS has it: it signs what its owner approves. */
  isConfirmed: boolean
}

type Store = Pick<PeopleContext, 'db'>

/** Everything a person registered, oldest first. */
export async function listPasskeys({ db }: Store, did: string): Promise<StoredPasskey[]> {
  const rows = await db.selectFrom('passkey').selectAll().where('did', '=', did).orderBy('added_at').execute()
  return rows.map(passkeyOf)
}

/** @throws InvalidRequest when this person has none of that id */
export async function findPasskey(store: Store, did: string, id: string): Promise<StoredPasskey> {
  const found = (await listPasskeys(store, did)).find((passkey) => passkey.id === id)
  if (found === undefined) throw new AtollError('InvalidRequest', { reason: 'you have no such passkey here' })
  return found
}

export type NewPasskey = Pick<StoredPasskey, 'id' | 'name' | 'publicKey' | 'transports' | 'counter'>

// More than the org PDS takes, so that it is the one to say so; but not more for ever.
const maxPerPerson = 30

/** Keeps what a browser has just registered; it counts when the org PDS has it. @throws TooManyRequests */
export async function storePasskey(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  did: string,
  passkey: NewPasskey,
): Promise<void> {
  if ((await listPasskeys({ db }, did)).length >= maxPerPerson) throw new AtollError('TooManyRequests')
  await db
    .insertInto('passkey')
    .values({
      credential_id: passkey.id,
      did,
      name: passkey.name,
      public_key: Buffer.from(passkey.publicKey),
      transports: JSON.stringify(passkey.transports),
      counter: passkey.counter,
      added_at: new Date(clock.now()),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function markConfirmed(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  did: string,
  id: string,
): Promise<void> {
  await db
    .updateTable('passkey')
    .set({ confirmed_at: new Date(clock.now()) })
    .where('credential_id', '=', id)
    .where('did', '=', did)
    .execute()
}

export async function forgetPasskey({ db }: Store, did: string, id: string): Promise<void> {
  await db.deleteFrom('passkey').where('credential_id', '=', id).where('did', '=', did).execute()
}

/** @throws PasskeyNotAccepted when it counts as a copy would */
export async function noteCounter(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  { id, counter: before }: Pick<StoredPasskey, 'id' | 'counter'>,
  counter: number,
): Promise<void> {
  if (!isCounterPlausible(before, counter)) throw countsBackwards()
  const updated = await db
    .updateTable('passkey')
    .set({ counter, last_used_at: new Date(clock.now()) })
    .where('credential_id', '=', id)
    // Of two that came at once, one was there before.
    .where('counter', '=', String(before))
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) throw countsBackwards()
}

function countsBackwards(): AtollError {
  return new AtollError('PasskeyNotAccepted', { reason: 'it counts backwards, as a copied one would' })
}

function passkeyOf(row: Selectable<PeopleTables['passkey']>): StoredPasskey {
  return {
    id: row.credential_id,
    name: row.name,
    publicKey: row.public_key,
    transports: row.transports,
    counter: Number(row.counter),
    addedAt: row.added_at,
    lastUsedAt: row.last_used_at ?? undefined,
    isConfirmed: row.confirmed_at !== null,
  }
}
