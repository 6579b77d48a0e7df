import { sha256 } from '#common/crypto/index.ts'
import { sql } from '#common/db/index.ts'
import type { Policy } from '#common/policy/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'
import type { DueSubject } from './due.ts'

/** Raised when the same policy means something else than before, so that everything is judged once more. */
const meaning = 1

/** Tells policies apart, and what they mean to this code. */
export function policyHash(policy: Policy): string {
  return sha256(Buffer.from(JSON.stringify([meaning, policy]))).toString('hex')
}

/** Begins to judge everything anew, when that is not done or begun already. */
export async function beginJudging(db: Db, policy: string): Promise<void> {
  const start = { policy, source: '', origin: '', name: '', done: false }
  await db
    .insertInto('judging')
    .values({ network, ...start })
    .onConflict((conflict) => conflict.column('network').doUpdateSet(start).where('judging.policy', '<>', policy))
    .execute()
}

/**
 * The next packages to be judged by this policy. Where it is, it remembers with what the transaction renders: killed anywhere, it goes on
 * from there.
 * @param tx of who writes alone
 * @returns none when all were, or another AppView goes by another policy meanwhile
 */
export async function takeUnjudged(tx: Tx, policy: string, limit: number): Promise<DueSubject[]> {
  const at = await tx.selectFrom('judging').where('network', '=', network).selectAll().executeTakeFirst()
  if (at === undefined || at.done || at.policy !== policy) return []
  const { rows } = await sql<{ source: DueSubject['source']; origin: string; name: string }>`SELECT * FROM (
      SELECT DISTINCT 'private' AS source, org AS origin, name FROM version WHERE network = ${network}
      UNION ALL SELECT 'upstream', registry, name FROM upstream_packument) AS everything
    WHERE (source, origin, name) > (${at.source}, ${at.origin}, ${at.name})
    ORDER BY source, origin, name LIMIT ${limit}`.execute(tx)
  const last = rows.at(-1)
  await tx
    .updateTable('judging')
    .where('network', '=', network)
    .set(last === undefined ? { done: true } : last)
    .execute()
  return rows.map(({ source, origin, name }) =>
    source === 'private' ? { source, org: origin, name } : { source, registry: origin, name },
  )
}
