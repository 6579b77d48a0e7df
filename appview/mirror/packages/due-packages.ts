import { sql } from '#common/db/index.ts'
import { type Db, publicNetwork as network } from '../../schema/index.ts'

export interface DuePackage {
  did: string
  name: string
  failures: number
}

const accountsAtOnce = 50
/** Of one account, before it is the next one's turn: whoever changes a hundred thousand packages keeps nobody else waiting. */
const packagesOfEach = 5

/**
 * Packages that are due, of the accounts that come after this one.
 * @returns the last account that was looked at; undefined when there is none after it, so that it begins anew
 */
export async function duePackages(
  db: Db,
  after: string,
  now: Date,
): Promise<{ due: DuePackage[]; last: string | undefined }> {
  // From one account to the next by the index, however many packages lie between.
  const { rows } = await sql<{ did: string; name: string | null; failures: number }>`WITH RECURSIVE account AS (
      (SELECT did FROM mirror_due WHERE network = ${network} AND did > ${after} ORDER BY did LIMIT 1)
      UNION ALL
      SELECT (SELECT d.did FROM mirror_due d WHERE d.network = ${network} AND d.did > a.did ORDER BY d.did LIMIT 1)
      FROM account a WHERE a.did IS NOT NULL
    ), next AS (SELECT did FROM account WHERE did IS NOT NULL LIMIT ${accountsAtOnce})
    SELECT next.did, d.name, d.failures FROM next LEFT JOIN LATERAL (
      SELECT name, failures FROM mirror_due WHERE network = ${network} AND did = next.did AND due_at <= ${now}
      ORDER BY name LIMIT ${packagesOfEach}) d ON true
    ORDER BY next.did, d.name`.execute(db)
  const accounts = new Set(rows.map(({ did }) => did))
  const due = rows.flatMap(({ did, name, failures }) => (name === null ? [] : [{ did, name, failures }]))
  return { due, last: accounts.size < accountsAtOnce ? undefined : rows.at(-1)?.did }
}
