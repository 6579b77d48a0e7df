import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { Transact } from '../gate-writes/gate-writes.ts'

type Transactor = Parameters<Parameters<Transact>[1]>[0]
type Blobs = Transactor['record']['db']['db']

/** What `takedownRef` says of a blob that is erased. The embedded PDS hands out none that has one, and takes none in again. */
export const erasedRef = 'purged'

const purges = app.npm.package.purge.$nsid
const versions = app.npm.package.version.$nsid

/** Whether writing a record means that blobs go. */
export function isPurge({ collection }: { collection: string }): boolean {
  return collection === purges
}

// SQLite takes 32,766 variables.
const atOnce = 500

/**
 * Marks the blobs that only purged versions refer to, in the transaction that writes the purges: so either both are there or
 * neither, whenever the process dies. What another record refers to stays: it is that one's, too.
 */
export async function markErased(
  { record: { db } }: Transactor,
  did: string,
  writes: readonly { collection: string; rkey: string }[],
): Promise<void> {
  const uris = writes.filter(isPurge).map(({ rkey }) => recordUri(did, versions, rkey))
  const candidates = new Set<string>()
  for (const page of pagesOf(uris)) {
    const rows = await db.db.selectFrom('record_blob').where('recordUri', 'in', page).select('blobCid').execute()
    for (const { blobCid } of rows) candidates.add(blobCid)
  }
  for (const cid of candidates) {
    if (await isNeeded(db.db, did, cid)) continue
    await db.db.updateTable('blob').set({ takedownRef: erasedRef }).where('cid', '=', cid).execute()
  }
}

/** Some record refers to it that is no purged version. */
async function isNeeded(db: Blobs, did: string, cid: string): Promise<boolean> {
  const rows = await db.selectFrom('record_blob').where('blobCid', '=', cid).select('recordUri').execute()
  const prefix = recordUri(did, versions, '')
  for (const page of pagesOf(rows.map(({ recordUri: uri }) => uri))) {
    const purgesOfThem = page
      .filter((uri) => uri.startsWith(prefix))
      .map((uri) => recordUri(did, purges, uri.slice(prefix.length)))
    if (purgesOfThem.length < page.length) return true
    const purged = await db.selectFrom('record').where('uri', 'in', purgesOfThem).select('uri').execute()
    if (purged.length < page.length) return true
  }
  return false
}

function* pagesOf(list: readonly string[]): Generator<string[]> {
  for (let at = 0; at < list.length; at += atOnce) yield list.slice(at, at + atOnce)
}
