import { type Db, network, type Tx } from '../schema/index.ts'

/**
 * A registered organisation's handle becomes its scope, and stays its own for ever: whoever has the handle later does
 * not inherit the names, and a scope that was ever ours is never asked for upstream.
 */
export async function claimScopes(tx: Tx, org: string): Promise<void> {
  await tx
    .insertInto('ledger_scope')
    .columns(['network', 'scope', 'org'])
    .expression((eb) =>
      eb
        .selectFrom('repo')
        .innerJoin('registry_org', (join) =>
          join.onRef('registry_org.network', '=', 'repo.network').onRef('registry_org.org', '=', 'repo.did'),
        )
        .where('repo.network', '=', network)
        .where('repo.did', '=', org)
        .where('repo.role', '=', 'org')
        .where('repo.handle', 'is not', null)
        .select(['repo.network', (select) => select.ref('repo.handle').$notNull().as('scope'), 'repo.did as org']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export interface Scope {
  scope: string
  org: string
  /** The organisation is registered and active, and this is its handle today. */
  current: boolean
}

/** Every scope that ever belonged to an organisation of this network. */
export async function claimedScopes(db: Db): Promise<Scope[]> {
  const rows = await db
    .selectFrom('ledger_scope as scope')
    .leftJoin('repo', (join) => join.onRef('repo.network', '=', 'scope.network').onRef('repo.did', '=', 'scope.org'))
    .leftJoin('registry_org', (join) =>
      join.onRef('registry_org.network', '=', 'scope.network').onRef('registry_org.org', '=', 'scope.org'),
    )
    .where('scope.network', '=', network)
    .select(['scope.scope', 'scope.org', 'repo.handle', 'repo.role', 'repo.active', 'registry_org.cid as registered'])
    .execute()
  return rows.map(({ scope, org, handle, role, active, registered }) => ({
    scope,
    org,
    current: registered !== null && role === 'org' && active === true && handle === scope,
  }))
}

/** Handle → DID of the organisation whose scope it was first. */
export async function firstOwnersOfScopes(
  db: Db | Tx,
  scopes: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (scopes.length === 0) return new Map()
  const rows = await db
    .selectFrom('ledger_scope')
    .where('network', '=', network)
    .where('scope', 'in', scopes)
    .select(['scope', 'org'])
    .execute()
  return new Map(rows.map(({ scope, org }) => [scope, org]))
}
