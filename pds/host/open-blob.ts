import type { Readable } from 'node:stream'
import { parseCid } from '@atproto/lex-data'
import type { PdsContext } from './embed/index.ts'

/** Read `bytes` to the end, or destroy them. */
export interface OpenBlob {
  size: number
  mimeType: string
  bytes: Readable
}

type Did = Parameters<PdsContext['actorStore']['read']>[0]

/** @returns undefined when the repository has no such blob, or it was purged */
export async function openBlob({ actorStore }: PdsContext, did: string, cid: string): Promise<OpenBlob | undefined> {
  if (!(await actorStore.exists(did))) return undefined
  return actorStore.read(did as Did, async ({ record: { db }, repo }) => {
    const found = await db.db
      .selectFrom('blob')
      .select(['size', 'mimeType'])
      .where('cid', '=', cid)
      .where('tempKey', 'is', null)
      .where('takedownRef', 'is', null)
      .executeTakeFirst()
    return found && { ...found, bytes: await repo.blob.blobstore.getStream(parseCid(cid)) }
  })
}
