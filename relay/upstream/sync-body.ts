import { buffer } from 'node:stream/consumers'
import { writeCarStream } from '@atcute/car'
import { fromString, toCidLink } from '@atcute/cid'
import type { VerifiedRepo } from '#common/sync/index.ts'

/** The body of a `#sync` event, all but its number: the signed commit alone, in a CAR file. */
export async function syncBody(repo: VerifiedRepo, time: Date): Promise<Record<string, unknown>> {
  const root = fromString(repo.cid)
  const blocks = await buffer(writeCarStream([toCidLink(root)], [{ cid: root.bytes, data: repo.commit }]))
  return { did: repo.did, rev: repo.rev, blocks, time: time.toISOString() }
}
