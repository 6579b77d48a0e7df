import { AtollError } from '#common/errors/index.ts'
import {
  keysCovering,
  lookUpRow,
  type NameFacts,
  type NameRow,
  type PackageName,
  scopeKey,
} from '#common/names/index.ts'
import { findRepo } from '../ingest/repos.ts'
import { reservedKeys } from '../ledger/names.ts'
import { claimedScopes } from '../ledger/scopes.ts'
import { publicHandles } from '../mirror/public-handles.ts'
import { grantedOwners } from '../names/owners.ts'
import type { Db } from '../schema/index.ts'

export interface ResolveContext {
  db: Db
  registryDid: string
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
  /** Whether every repository was read once: what is not in the index does not exist. */
  isBackfilled(): Promise<boolean>
}

/**
 * Where a package is found (DESIGN §3). What is private by configuration, or looks like a handle, never reaches upstream,
 * whether the index is ready or not; nothing does before the registry's grants are known. While the index is not ready,
 * nobody can say what there is of a private name.
 * @throws NotReady
 */
export async function resolveName(context: ResolveContext, asked: PackageName): Promise<NameRow> {
  const row = lookUpRow(asked, await gatherNameFacts(context, keysCovering(asked)))
  if (await context.isBackfilled()) return row
  if ((row.source === 'upstream' || row.source === 'public') && (await areGrantsKnown(context))) return row
  throw new AtollError('NotReady')
}

/** What is known of these keys, of packages and scopes. */
export async function gatherNameFacts(
  { db, privateNames }: Pick<ResolveContext, 'db' | 'privateNames'>,
  keys: readonly string[],
): Promise<NameFacts> {
  const [scopes, granted, reserved, handlesOutside] = await Promise.all([
    claimedScopes(db),
    grantedOwners(db, keys),
    reservedKeys(db, keys),
    publicHandles(db, keys),
  ])
  const handles = scopes.filter(({ current }) => current).map(({ scope, org }) => [scopeKey(scope), org] as const)
  // Whose handles they were once, they stay: a scope without an organisation is nobody's, not upstream's.
  const former = scopes.map(({ scope }) => [scopeKey(scope), undefined] as const)
  const owners = new Map([...former, ...granted, ...handles])
  return { owners, reserved, privateNames, publicHandles: handlesOutside }
}

/** The registry's repository was read once: no name it granted is taken for one of upstream's. */
async function areGrantsKnown({ db, registryDid }: ResolveContext): Promise<boolean> {
  const registry = await findRepo(db, registryDid)
  return registry !== undefined && registry.rev !== null
}
