import { sql } from '#common/db/index.ts'
import type { Impact } from '../ingest/apply/impact.ts'
import { network, type Tx } from '../schema/index.ts'
import type { Candidate } from './recognise.ts'

/**
 * Records that never took effect but are approved by somebody, where something changed that could make them. A CID that was
 * ever in effect is none: superseded records never count again, however often they are written back.
 */
export async function approvedCandidates(tx: Tx, impact: Impact): Promise<(Candidate & { org: string })[]> {
  const touched = impact.packages.map(({ org, name }) => `${org} ${name}`)
  return tx
    .selectFrom('metadata_record as m')
    .innerJoin('approval as a', (join) =>
      join
        .onRef('a.network', '=', 'm.network')
        .onRef('a.org', '=', 'm.org')
        .onRef('a.subject_cid', '=', 'm.cid')
        .on('a.subject_uri', '=', sql<string>`'at://' || m.org || '/' || m.collection || '/' || m.rkey`),
    )
    .innerJoin('repo as author', (join) =>
      join
        .onRef('author.network', '=', 'a.network')
        .onRef('author.did', '=', 'a.author')
        .on('author.role', '=', 'people')
        .on('author.active', '=', true),
    )
    .where('m.network', '=', network)
    .where((eb) =>
      eb.or([
        sql<boolean>`m.org = ANY(${[...impact.rights]}::text[])`,
        sql<boolean>`m.org || ' ' || m.name = ANY(${touched}::text[])`,
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('ledger_metadata as l')
            .whereRef('l.network', '=', 'm.network')
            .whereRef('l.org', '=', 'm.org')
            .whereRef('l.collection', '=', 'm.collection')
            .whereRef('l.rkey', '=', 'm.rkey')
            .whereRef('l.cid', '=', 'm.cid')
            .select('l.id'),
        ),
      ),
    )
    .groupBy(['m.network', 'm.org', 'm.name', 'm.collection', 'm.rkey', 'm.cid', 'm.value'])
    .select(['m.org', 'm.name', 'm.collection', 'm.rkey', 'm.cid', 'm.value'])
    .select(sql<string[]>`array_agg(a.author ORDER BY a.author)`.as('approvers'))
    .execute()
}
