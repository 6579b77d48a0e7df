import { metadataCollections } from '../index/collections.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { raiseAlarm } from '../notices/index.ts'
import { network } from '../schema/index.ts'

/**
 * Something in effect about a package is gone from the organisation's repository. That changes nothing, since only approved
 * records supersede; but no honest org PDS deletes, so somebody should look.
 */
export async function alarmWithdrawn({ tx, changes, log, clock }: Scene): Promise<void> {
  for (const { did: org, collection, rkey, cid } of changes) {
    if (cid !== null || !metadataCollections.includes(collection)) continue
    const known = await tx
      .selectFrom('ledger_metadata')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('collection', '=', collection)
      .where('rkey', '=', rkey)
      .limit(1)
      .select('cid')
      .executeTakeFirst()
    if (known === undefined) continue
    log.error({ alarm: 'metadata-deleted', org, collection, rkey }, 'what is in effect about a package was deleted')
    await raiseAlarm(tx, { alarm: 'metadata-deleted', org, collection, rkey, cid: known.cid }, new Date(clock.now()))
  }
}
