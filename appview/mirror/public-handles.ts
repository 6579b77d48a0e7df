import { isHandleScope } from '#common/names/index.ts'
import { type Db, publicNetwork as network, type Tx } from '../schema/index.ts'

const ofScope = /^(.*):~$/

/**
 * Whose the handles are that these keys are scopes of, as both the operation log and the domain say.
 * @param keys of names and scopes
 * @returns handle → DID
 */
export async function publicHandles(db: Db | Tx, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const handles = keys.flatMap((key) => ofScope.exec(key)?.[1] ?? []).filter(isHandleScope)
  if (handles.length === 0) return new Map()
  const rows = await db
    .selectFrom('mirror_repo')
    .where('network', '=', network)
    .where('handle', 'in', handles)
    .where('handle_verified', '=', true)
    .where('active', '=', true)
    // A domain names one account; where two were verified, the last that was asked about has it.
    .orderBy('handle_checked_at')
    .select(['handle', 'did'])
    .execute()
  return new Map(rows.map(({ handle, did }) => [`${handle}`, did]))
}
