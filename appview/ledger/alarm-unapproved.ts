import type { Scene } from '../ingest/apply/scene.ts'
import { network } from '../schema/index.ts'
import { rightCollections } from './rights-history.ts'

/**
 * Rights in effect that the organisation's repository no longer shows: deleted, or written back to what they were.
 * That changes nothing (only approved records supersede), but no honest org PDS does it, so somebody should look.
 */
export async function alarmUnapproved({ tx, changes, log }: Scene): Promise<void> {
  for (const { did: org, collection, rkey, cid } of changes) {
    if (!rightCollections.includes(collection)) continue
    const last = await tx
      .selectFrom('ledger_right')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('collection', '=', collection)
      .where('rkey', '=', rkey)
      .orderBy('id', 'desc')
      .limit(1)
      .select('cid')
      .executeTakeFirst()
    if (last === undefined || last.cid === cid) continue
    log.warn({ alarm: 'right-not-shown', org, collection, rkey, cid }, 'a right in effect was changed without approval')
  }
}
