import { isHandleScope, type PackageName } from '#common/names/index.ts'
import type { Parties } from '../mirror/parties.ts'
import { type Db, publicNetwork as network } from '../schema/index.ts'

/**
 * Whose the handles are that were verified both ways. Only of accounts that publish: whoever holds the keys of the other party takes no
 * name with them.
 * @returns handle → DID
 */
export async function ownersOf(
  db: Db,
  handles: readonly string[],
  { org }: Parties,
): Promise<ReadonlyMap<string, string>> {
  if (handles.length === 0) return new Map()
  const rows = await db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('handle', 'in', [...handles])
    .where('handle_verified', '=', true)
    .where('active', '=', true)
    .where('pds', 'in', [...org])
    // A domain names one account; where two were verified, the last that was asked about has it.
    .orderBy('handle_checked_at')
    .select(['handle', 'did'])
    .execute()
  return new Map(rows.map(({ handle, did }) => [`${handle}`, did]))
}

/** @returns DID of the account whose handle the scope of this name is; undefined when it is nobody's here */
export async function ownerOf(db: Db, { scope }: PackageName, parties: Parties): Promise<string | undefined> {
  if (scope === undefined || !isHandleScope(scope)) return undefined
  return (await ownersOf(db, [scope], parties)).get(scope)
}

/**
 * Whose log names a handle, which is what its domain is to say: asked before the domain was, since it is we who answer for it. Whoever has it
 * by both keeps it, publishers go before people, and what two claim alike is nobody's.
 * @returns DID
 */
export async function holderOf(db: Db, handle: string, { org }: Parties): Promise<string | undefined> {
  const rows = await db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('handle', '=', handle)
    .where('active', '=', true)
    .select(['did', 'pds', 'handle_verified as verified'])
    .execute()
  const publishers = rows.filter(({ pds }) => pds !== null && org.includes(pds))
  const claiming = publishers.length > 0 ? publishers : rows
  const verified = claiming.filter((row) => row.verified)
  const [one, ...others] = verified.length > 0 ? verified : claiming
  return others.length > 0 ? undefined : one?.did
}
