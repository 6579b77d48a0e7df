import type { PeopleContext } from '../context.ts'

const maxNamed = 1000

/** Handles of the people an operation's input names, for nobody knows a DID by heart. @returns DID → handle */
export async function nameDids(
  db: PeopleContext['db'],
  input: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, string>> {
  const dids = Object.values(input)
    .flat()
    .filter((value): value is string => typeof value === 'string' && value.startsWith('did:'))
    .slice(0, maxNamed)
  if (dids.length === 0) return new Map()
  const rows = await db.selectFrom('person').select(['did', 'handle']).where('did', 'in', dids).execute()
  return new Map(rows.map(({ did, handle }) => [did, handle]))
}
