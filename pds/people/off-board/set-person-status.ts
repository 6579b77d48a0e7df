import type { DidString, HandleString } from '@atproto/syntax'
import type { Kysely, Transaction } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'
import type { PeopleTables } from '../state/index.ts'
import { settle } from './settle.ts'

export interface StatusChange {
  did: string
  disabled: boolean
  reason: string
  /** Who says so: the DID of the component. */
  by: string
}

/**
 * A person leaves, or is back. When this returns nothing here is done in their name any more, whatever else fails: what the
 * other components have to be told is written down with it, and told again until they have heard it.
 * @throws RepoNotFound when nobody has this account
 */
export async function setPersonStatus(
  context: PeopleContext,
  change: StatusChange,
): Promise<app.npm.operation.setPersonStatus.$OutputBody> {
  const { db, log } = context
  const { did, disabled, reason, by } = change
  const handle = await db.transaction().execute((transaction) => writeDown(transaction, change, context.clock.now()))
  log.warn({ did, handle, disabled, reason, by }, disabled ? 'a person was disabled' : 'a person was enabled')
  const settled = await settle(context, did)
  return { did: did as DidString, handle: handle as HandleString, disabled, settled }
}

async function writeDown(
  transaction: Transaction<PeopleTables>,
  { did, disabled, reason, by }: StatusChange,
  now: number,
): Promise<string> {
  const person = await transaction
    .updateTable('person')
    .set({ disabled_at: disabled ? new Date(now) : null, status_reason: reason, status_by: by, status_told: false })
    .where('did', '=', did)
    .returning('handle')
    .executeTakeFirst()
  if (person === undefined) throw new AtollError('RepoNotFound', { did })
  if (disabled) await endEverything(transaction, did)
  return person.handle
}

/** Browsers, ways to the identity provider, confirmed sign-ins, and what was approved but not redeemed. */
async function endEverything(db: Kysely<PeopleTables>, did: string): Promise<void> {
  await db.deleteFrom('session').where('did', '=', did).execute()
  await db.deleteFrom('idp_round').where('did', '=', did).execute()
  await db.deleteFrom('sign_in').where('confirmed_by', '=', did).execute()
  await db.deleteFrom('batch').where('did', '=', did).execute()
  await db
    .updateTable('approval')
    .set({ state: 'burned', id_token: null, passkey: null })
    .where('did', '=', did)
    .where('state', 'in', ['open', 'approved'])
    .execute()
}
