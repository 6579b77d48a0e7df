import type { Updateable } from 'kysely'
import { sql } from '#common/db/index.ts'
import type { PublicAccount } from '#common/identity/index.ts'
import { type AppViewTables, type Db, publicNetwork as network, type RepoState, type Tx } from '../schema/index.ts'
import { announceNames } from './handles/announce-names.ts'

/** A repository of the public network, as it is mirrored. */
export interface MirroredRepo {
  did: string
  handle: string | null
  handle_verified: boolean
  pds: string | null
  signing_key: string | null
  active: boolean
  state: RepoState
  rev: string | null
  data: string | null
  dirty: boolean
  bytes: number
}

const columns = [
  'did',
  'handle',
  'handle_verified',
  'pds',
  'signing_key',
  'active',
  'state',
  'rev',
  'data',
  'dirty',
  'bytes',
] as const

export function findMirrored(db: Db | Tx, did: string): Promise<MirroredRepo | undefined> {
  return db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('did', '=', did)
    .select(columns)
    .executeTakeFirst()
}

/** The same, and nobody else changes it until the transaction ends: two relays may tell of it at once. */
export function lockMirrored(tx: Tx, did: string): Promise<MirroredRepo | undefined> {
  return tx
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('did', '=', did)
    .select(columns)
    .forUpdate()
    .executeTakeFirst()
}

export async function updateMirrored(
  db: Db | Tx,
  did: string,
  values: Updateable<AppViewTables['mirror_repo']>,
): Promise<void> {
  await db.updateTable('mirror_repo').set(values).where('network', '=', network).where('did', '=', did).execute()
}

/** Takes up repositories that have something to do with packages: they are read whole. Those that are known stay as they are. */
export async function discover(db: Db | Tx, dids: readonly string[]): Promise<void> {
  if (dids.length === 0) return
  await db
    .insertInto('mirror_repo')
    .values(dids.map((did) => ({ network, did, state: 'pending' as const, ...unknown })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const unknown = {
  handle: null,
  handle_checked_at: null,
  handle_due_at: null,
  retry_at: null,
  pds: null,
  signing_key: null,
  rev: null,
  data: null,
}

/**
 * Has it read whole; what comes meanwhile has it read once more. Somebody heard of it, so that its PDS may be back: it is not waited for
 * as long as for one that is gone, and not for nothing either.
 */
export async function markBehind(db: Db | Tx, did: string): Promise<void> {
  await sql`UPDATE mirror_repo SET state = 'desynchronised', dirty = true,
      retry_at = CASE WHEN failures > 0 THEN least(retry_at, now() + interval '30 seconds') ELSE retry_at END
    WHERE network = ${network} AND did = ${did}`.execute(db)
}

/** It is shown by its PDS, or no longer. Names of one that is not are nobody's, and whoever comes back has to be read anew. */
export async function setActive(db: Db, did: string, active: boolean): Promise<void> {
  const changed = await db
    .updateTable('mirror_repo')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('active', '<>', active)
    .set({ active, ...(active ? { state: 'desynchronised', dirty: true } : {}) })
    .executeTakeFirst()
  if (changed.numUpdatedRows > 0n) await announceNames(db, did)
}

/** What its operation log says now. A handle that changed is nobody's until its domain was asked. */
export async function rememberIdentity(db: Db, account: PublicAccount): Promise<void> {
  const { did, pds, signingKey } = account
  const handle = account.handle ?? null
  const before = await findMirrored(db, did)
  const renamed = before?.handle !== handle
  const unasked = renamed ? { handle_verified: false, handle_checked_at: null, handle_due_at: null } : {}
  await updateMirrored(db, did, { handle, pds, signing_key: signingKey, ...unasked })
  if (renamed) await announceNames(db, did)
}

/** Every account that is mirrored. */
export async function trackedDids(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('mirror_repo').where('network', '=', network).select('did').execute()
  return rows.map(({ did }) => did)
}

/** Whether this is an account of the public network that has something to do with packages. */
export async function isMirrored(db: Db | Tx, did: string): Promise<boolean> {
  return (await findMirrored(db, did)) !== undefined
}

/** @returns undefined for whom no handle is verified to be theirs */
export async function verifiedHandleOf(db: Db | Tx, did: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('handle_verified', '=', true)
    .select('handle')
    .executeTakeFirst()
  return row?.handle ?? undefined
}
