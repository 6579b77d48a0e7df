import type { RawBuilder } from 'kysely'
import { sql } from '#common/db/index.ts'
import { network } from '../schema/index.ts'

/** Which record: columns of the query around it. */
interface Where {
  org: RawBuilder<unknown>
  key: RawBuilder<unknown>
  cid: RawBuilder<unknown>
}

/**
 * Whether a claim or transfer is in effect: approved, superseded by nothing that was, not taken back, and still in the
 * organisation's repository.
 */
export function isRightInEffect(collection: string, { org, key, cid }: Where): RawBuilder<boolean> {
  return sql<boolean>`EXISTS (SELECT FROM right_record r JOIN ledger_right l USING (network, org, collection, rkey, cid)
    WHERE (r.network, r.org, r.collection, r.rkey, r.cid) = (${network}, ${org}, ${collection}, ${key}, ${cid})
      AND r.value->>'retired' IS DISTINCT FROM 'true'
      AND NOT EXISTS (SELECT FROM ledger_right n
        WHERE (n.network, n.org, n.collection, n.rkey) = (l.network, l.org, l.collection, l.rkey) AND n.id > l.id))`
}
