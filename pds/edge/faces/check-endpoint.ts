import type { Kysely } from '#common/db/index.ts'
import type { EdgeTables } from '../database.ts'

/**
 * Public identities name this PDS by its address for ever, in a directory that is not ours: with another one, everybody would look for what
 * is here where nothing answers.
 * @throws Error, which says how to start again
 */
export async function checkEndpoint(db: Kysely<EdgeTables>, endpoint: string): Promise<void> {
  const face = await db
    .selectFrom('face')
    .innerJoin('provision', 'provision.did', 'face.did')
    .where('provision.completed_at', 'is not', null)
    .select('face.operations')
    .limit(1)
    .executeTakeFirst()
  const named = face === undefined ? endpoint : endpointOf(face.operations)
  if (named === endpoint) return
  throw new Error(
    `what was made public from here names ${named}, and the settings (promotion.publicUrls) say ${endpoint}: set it back`,
  )
}

/** @param operations that were checked before they were kept */
function endpointOf(operations: unknown): string | undefined {
  const [, face] = operations as { services?: { atproto_pds?: { endpoint?: string } } }[]
  return face?.services?.atproto_pds?.endpoint
}
