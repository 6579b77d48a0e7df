import type { PdsContext } from './embed/index.ts'

/** An account hosted here. */
export interface Account {
  did: string
  handle: string
  /** RFC 3339 */
  createdAt: string
}

type Row = { did: string; handle: string | null; createdAt: string }

export async function accountOf({ accountManager }: PdsContext, handleOrDid: string): Promise<Account | undefined> {
  const row = await accountManager.getAccount(handleOrDid.toLowerCase() as `did:plc:${string}`)
  return row === null ? undefined : fromRow(row)
}

export async function listAccounts(
  { accountManager }: PdsContext,
  { limit, after = '' }: { limit: number; after?: string | undefined },
): Promise<Account[]> {
  const rows = await accountManager.db.db
    .selectFrom('actor')
    .select(['did', 'handle', 'createdAt'])
    .where('did', '>', after as `did:plc:${string}`)
    .where('takedownRef', 'is', null)
    .orderBy('did')
    .limit(limit)
    .execute()
  return rows.map(fromRow)
}

/** @returns false for accounts that are frozen, or not hosted here */
export async function isActive({ accountManager }: PdsContext, did: string): Promise<boolean> {
  return (await accountManager.getAccount(did as Did)) !== null
}

/**
 * Takes an account down, or gives it back. The event comes after the row, in another database: a crash between them
 * would leave readers believing the old state, so the event is sent at every call.
 */
export async function setActive({ accountManager }: PdsContext, did: string, active: boolean): Promise<void> {
  await accountManager.takedownAccount(did as Did, active ? { applied: false } : { applied: true, ref: 'disabled' })
}

type Did = `did:plc:${string}`

function fromRow({ did, handle, createdAt }: Row): Account {
  return { did, handle: handle ?? '', createdAt }
}
