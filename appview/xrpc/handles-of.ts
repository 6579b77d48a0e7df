import type { HandleString } from '@atproto/syntax'
import { type Db, network } from '../schema/index.ts'

/** What these accounts are called, by DID; without those that have no handle. */
export async function handlesOf(db: Db, dids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (dids.length === 0) return new Map()
  const rows = await db
    .selectFrom('repo')
    .where('network', '=', network)
    .where('did', 'in', dids)
    .where('handle', 'is not', null)
    .select(['did', 'handle'])
    .execute()
  return new Map(rows.map(({ did, handle }) => [did, handle ?? did]))
}

/** What everybody with an account is called, by DID. */
export async function handlesOfPeople(db: Db): Promise<Map<string, { handle: HandleString }>> {
  const people = await db
    .selectFrom('repo')
    .where('network', '=', network)
    .where('role', '=', 'people')
    .where('handle', 'is not', null)
    .select(['did', 'handle'])
    .execute()
  return new Map(people.map(({ did, handle }) => [did, { handle: handle as HandleString }]))
}
