import { type Db, network } from '../schema/index.ts'

/** Versions nobody who may has attested yet, and versions whose record changed afterwards: none of them installs. */
export async function countBlocked(db: Db): Promise<{ 'versions.unjudged': number; 'versions.tampered': number }> {
  const unjudged = db
    .selectFrom('version as v')
    .leftJoin('ledger_judgement as j', (join) =>
      join
        .onRef('j.network', '=', 'v.network')
        .onRef('j.org', '=', 'v.org')
        .onRef('j.name', '=', 'v.name')
        .onRef('j.version', '=', 'v.version'),
    )
    .where('v.network', '=', network)
    .where('j.org', 'is', null)
    .select(({ fn }) => fn.countAll<number>().as('count'))
  const tampered = db
    .selectFrom('ledger_tampering')
    .where('network', '=', network)
    .select(({ fn }) => fn.countAll<number>().as('count'))
  const [one, other] = await Promise.all([unjudged.executeTakeFirstOrThrow(), tampered.executeTakeFirstOrThrow()])
  return { 'versions.unjudged': one.count, 'versions.tampered': other.count }
}
