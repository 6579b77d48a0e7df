import { sql } from '#common/db/index.ts'
import { network, type Tx } from '../schema/index.ts'
import type { Candidate } from './recognise.ts'

/**
 * Records that never took effect but are approved by somebody. A CID that was ever in effect is none: superseded
 * records never count again, however often they are written back.
 */
export async function approvedCandidates(tx: Tx, org: string): Promise<Candidate[]> {
  return tx
    .selectFrom('right_record as r')
    .innerJoin('approval as a', (join) =>
      join
        .onRef('a.network', '=', 'r.network')
        .onRef('a.org', '=', 'r.org')
        .onRef('a.subject_cid', '=', 'r.cid')
        .on('a.subject_uri', '=', sql<string>`'at://' || r.org || '/' || r.collection || '/' || r.rkey`),
    )
    .innerJoin('repo as author', (join) =>
      join
        .onRef('author.network', '=', 'a.network')
        .onRef('author.did', '=', 'a.author')
        .on('author.role', '=', 'people')
        .on('author.active', '=', true),
    )
    .where('r.network', '=', network)
    .where('r.org', '=', org)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('ledger_right as l')
            .whereRef('l.network', '=', 'r.network')
            .whereRef('l.org', '=', 'r.org')
            .whereRef('l.collection', '=', 'r.collection')
            .whereRef('l.rkey', '=', 'r.rkey')
            .whereRef('l.cid', '=', 'r.cid')
            .select('l.id'),
        ),
      ),
    )
    .groupBy(['r.network', 'r.org', 'r.collection', 'r.rkey', 'r.cid', 'r.value'])
    .select(['r.collection', 'r.rkey', 'r.cid', 'r.value', sql<string[]>`array_agg(a.author)`.as('approvers')])
    .execute()
}
