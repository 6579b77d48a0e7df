import { AtollError } from '#common/errors/index.ts'
import { accountOf, type Did, type PdsContext } from '#pds/host/index.ts'

export interface PresentRecord {
  collection: string
  rkey: string
  cid: string
}

/** @throws RepoNotFound unless the account is hosted here */
export async function requireRepo(pds: PdsContext, did: string): Promise<Did> {
  if ((await accountOf(pds, did))?.did !== did) throw new AtollError('RepoNotFound', { did })
  return did as Did
}

export async function revOf({ actorStore }: PdsContext, did: Did): Promise<string> {
  return (await actorStore.read(did, ({ repo }) => repo.storage.getRootDetailed())).rev
}

/** A page of a repository's records, by `collection/rkey`. @param after the last of the page before */
export function listPresent(
  { actorStore }: PdsContext,
  did: Did,
  { limit, after }: { limit: number; after: string | undefined },
): Promise<PresentRecord[]> {
  return actorStore.read(did, ({ record: { db } }) =>
    db.db
      .selectFrom('record')
      .select(['collection', 'rkey', 'cid'])
      .where('uri', '>', `at://${did}/${after ?? ''}` as never)
      .orderBy('uri')
      .limit(limit)
      .execute(),
  )
}

// SQLite takes 32,766 variables.
const atOnce = 500

/** @returns those of the blobs that records of the repository refer to already */
export async function blobsInRepo({ actorStore }: PdsContext, did: Did, cids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>()
  await actorStore.read(did, async ({ record: { db } }) => {
    for (let at = 0; at < cids.length; at += atOnce) {
      const rows = await db.db
        .selectFrom('blob')
        .select('cid')
        .where('cid', 'in', cids.slice(at, at + atOnce))
        .where('tempKey', 'is', null)
        .execute()
      for (const { cid } of rows) found.add(cid)
    }
  })
  return found
}
