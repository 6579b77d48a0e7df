import type { PeopleContext } from '../context.ts'

/** Where a person reads mail; nothing of who has left, or where addresses are not kept. */
export async function findAddress(
  { db, config }: Pick<PeopleContext, 'db' | 'config'>,
  did: string,
): Promise<{ address?: string }> {
  if (!config.keepAddresses) return {}
  const row = await db
    .selectFrom('person_address')
    .innerJoin('person', 'person.did', 'person_address.did')
    .where('person.did', '=', did)
    .where('person.disabled_at', 'is', null)
    .select('address')
    .executeTakeFirst()
  return row === undefined ? {} : { address: row.address }
}
