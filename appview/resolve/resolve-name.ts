import { AtollError } from '#common/errors/index.ts'
import { lookUpRow, type NameRow, type PackageName } from '#common/names/index.ts'
import { claimedScopes } from '../ledger/scopes.ts'
import type { Db } from '../schema/index.ts'

export interface ResolveContext {
  db: Db
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
  /** Whether every repository was read once: what is not in the index does not exist. */
  isBackfilled(): Promise<boolean>
}

/**
 * Where a package is found (DESIGN §3). What is private by configuration, or looks like a handle, never reaches upstream,
 * whether the index is ready or not; and while it is not, nobody can say what there is of it.
 * @throws NotReady for a name that is not upstream's
 */
export async function resolveName(context: ResolveContext, asked: PackageName): Promise<NameRow> {
  const scopes = await claimedScopes(context.db)
  const row = lookUpRow(asked, {
    grantedScopes: new Map(scopes.filter(({ current }) => current).map(({ scope, org }) => [scope, org])),
    // Whose names they were once, they stay: a scope without an organisation is nobody's, not upstream's.
    privateNames: [...context.privateNames, ...scopes.map(({ scope }) => scope)],
  })
  if (row.source !== 'upstream' && !(await context.isBackfilled())) throw new AtollError('NotReady')
  return row
}
