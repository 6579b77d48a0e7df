import type { HandleString } from '@atproto/syntax'
import { type Db, network } from '../schema/index.ts'

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
