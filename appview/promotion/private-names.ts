import { app } from '#lexicons'
import { claimedScopes } from '../ledger/scopes.ts'
import { holdings } from '../names/owners.ts'
import { type Db, network } from '../schema/index.ts'

/**
 * Every name that tells of the inside, as patterns: those of the settings, scopes that are or were an organisation's handle, and names
 * that were ever claimed or granted.
 * @param configured `names.private`
 */
export async function privateNamesOf(db: Db, configured: readonly string[]): Promise<string[]> {
  const scopes = await claimedScopes(db)
  const held = await holdings(db)
  const claimed = await db
    .selectFrom('ledger_right')
    .where('network', '=', network)
    .where('collection', '=', app.npm.name.claim.$nsid)
    .select('value')
    .execute()
  const names = claimed.flatMap(({ value }) => (value.kind === 'claim' ? [value.name] : []))
  return [
    ...new Set([...configured, ...scopes.map(({ scope }) => scope), ...held.map(({ name }) => name), ...names]),
  ].sort()
}
