import { type Db, type LabelerTrust, network, type Tx } from '../schema/index.ts'
import { renderAffected } from './affected.ts'

export interface TrustedLabeler {
  did: string
  trust: LabelerTrust
  /** What it may say; null for anything. */
  values: readonly string[] | null
}

/**
 * Writes down whose labels count from now on, where that is not what counted before, and has decided again what they have said.
 * Whoever is not in the list counts no more.
 */
export async function trustLabelers(tx: Tx, wanted: readonly TrustedLabeler[], now: Date): Promise<void> {
  const known = await currentLabelers(tx)
  const gone = [...known.keys()].filter((did) => !wanted.some((labeler) => labeler.did === did))
  const all = [...wanted, ...gone.map((did) => ({ did, trust: 'none' as const, values: null }))]
  for (const { did, trust, values } of all) {
    const before = known.get(did)
    if (before?.trust === trust && JSON.stringify(before.values) === JSON.stringify(values)) continue
    const row = { did, trust, values: values === null ? null : [...values], set_at: now }
    await tx
      .insertInto('ledger_labeler')
      .values({ network, ...row })
      .execute()
    await renderAffected(tx, await subjectsSaid(tx, did), now)
  }
}

async function currentLabelers(db: Db | Tx): Promise<Map<string, { trust: LabelerTrust; values: string[] | null }>> {
  const rows = await db
    .selectFrom('ledger_labeler')
    .distinctOn('did')
    .where('network', '=', network)
    .orderBy('did')
    .orderBy('set_at', 'desc')
    .select(['did', 'trust', 'values'])
    .execute()
  return new Map(rows.map(({ did, ...rest }) => [did, rest]))
}

function subjectsSaid(db: Db | Tx, src: string): Promise<{ subject: string }[]> {
  return db
    .selectFrom('ledger_label')
    .distinct()
    .where('network', '=', network)
    .where('src', '=', src)
    .select('subject')
    .execute()
}
