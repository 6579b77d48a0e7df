import { sql } from '#common/db/index.ts'
import type { Account, AccountRole } from '#common/identity/index.ts'
import { claimScopes } from '../ledger/scopes.ts'
import { type Db, network, type RepoState, type Tx } from '../schema/index.ts'
import { Impact } from './apply/impact.ts'

/** A repository as the index has it. */
export interface IndexedRepo {
  did: string
  role: AccountRole
  handle: string | null
  active: boolean
  state: RepoState
  rev: string | null
  data: string | null
  dirty: boolean
}

/** An account with a role in this network. */
export type Member = Account & { role: AccountRole }

export function isMember(account: Account | undefined): account is Member {
  return account?.role !== undefined
}

export function findRepo(db: Db | Tx, did: string): Promise<IndexedRepo | undefined> {
  return db
    .selectFrom('repo')
    .where('network', '=', network)
    .where('did', '=', did)
    .select(['did', 'role', 'handle', 'active', 'state', 'rev', 'data', 'dirty'])
    .executeTakeFirst()
}

/**
 * Makes a repository known, or brings what is known of its account up to date.
 * @returns the repository before, or as it is now if it is new
 */
export async function rememberAccount(tx: Tx, account: Member, impact: Impact): Promise<IndexedRepo> {
  const { did, role, pds } = account
  const handle = account.handle ?? null
  const before = await findRepo(tx, did)
  if (before === undefined) {
    const added = { did, role, handle, active: true, state: 'pending', rev: null, data: null, dirty: false } as const
    await tx
      .insertInto('repo')
      .values({ network, pds, ...added })
      .execute()
    await claimScopes(tx, did)
    return added
  }
  await updateRepo(tx, did, { role, handle, pds })
  if (before.handle !== handle) {
    await claimScopes(tx, did)
    await touchWorkOf(tx, did, impact)
  }
  // Its records were filtered by the role it had.
  if (before.role !== role) await markDesynchronised(tx, did)
  return before
}

export async function updateRepo(tx: Tx, did: string, values: Partial<IndexedRepo> & { pds?: string }): Promise<void> {
  await tx.updateTable('repo').set(values).where('network', '=', network).where('did', '=', did).execute()
}

/** The repository has to be read again as a whole; until then its events are passed over. */
export async function markDesynchronised(tx: Tx, did: string): Promise<void> {
  await updateRepo(tx, did, { state: 'desynchronised', dirty: true })
}

/** What this person attested or approved may count differently now, or show another name. */
export async function touchWorkOf(tx: Tx, author: string, impact: Impact): Promise<void> {
  const attested = await tx
    .selectFrom('attestation')
    .where('network', '=', network)
    .where('author', '=', author)
    .select(['org', 'name'])
    .distinct()
    .execute()
  for (const { org, name } of attested) impact.touchPackage(org, name)
  const approved = await tx
    .selectFrom('approval')
    .where('network', '=', network)
    .where('author', '=', author)
    .select('org')
    .distinct()
    .execute()
  for (const { org } of approved) impact.touchRights(org)
}

/**
 * An account was taken down, or is back. A person may have rights in any organisation, through a rule for everyone if
 * by nothing else.
 * @returns what has to be looked at again
 */
export async function switchRepo(
  tx: Tx,
  { did, role }: Pick<IndexedRepo, 'did' | 'role'>,
  active: boolean,
): Promise<Impact> {
  await updateRepo(tx, did, { active })
  const impact = new Impact()
  await touchWorkOf(tx, did, impact)
  if (role === 'org') impact.touchRights(did)
  else for (const org of await registeredOrgs(tx)) impact.touchRights(org)
  return impact
}

async function registeredOrgs(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('registry_org').where('network', '=', network).select('org').execute()
  return rows.map(({ org }) => org)
}

/** How many repositories there are of each state; those that were taken down count as `inactive`. */
export async function countStates(db: Db): Promise<{ state: string; count: number }[]> {
  return db
    .selectFrom('repo')
    .where('network', '=', network)
    .select(({ fn }) => [
      sql<string>`CASE WHEN active THEN state ELSE 'inactive' END`.as('state'),
      fn.countAll<number>().as('count'),
    ])
    .groupBy(sql`1`)
    .execute()
}
