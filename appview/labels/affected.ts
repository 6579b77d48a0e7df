import { sql } from '#common/db/index.ts'
import { parseSubject } from '#common/labels/index.ts'
import { type DueSubject, renderAgain } from '../due/index.ts'
import { type Db, network, publicNetwork, type Tx } from '../schema/index.ts'

/** A label that was just taken up. */
export interface TakenUp {
  /** As `subjectUri` spells what it is about. */
  subject: string
  exp?: string | undefined
}

/** Has everything decided again, now, that labels are about. */
export async function renderAffected(tx: Tx, labels: readonly Pick<TakenUp, 'subject'>[], now: Date): Promise<void> {
  await renderAgain(tx, await affectedBy(tx, labels), now)
}

/** The packages that labels with these subjects are about. */
async function affectedBy(db: Db | Tx, labels: readonly Pick<TakenUp, 'subject'>[]): Promise<DueSubject[]> {
  const names: string[] = []
  const accounts: string[] = []
  const found: DueSubject[] = []
  for (const uri of new Set(labels.map(({ subject }) => subject))) {
    const subject = parseSubject(uri)
    if (subject?.kind === 'private') {
      // Whether it is in public or inside, its at-uri is the same.
      found.push({ source: 'private', org: subject.org, name: subject.name })
      found.push({ source: 'upstream', registry: subject.org, name: subject.name })
    }
    if (subject?.kind === 'upstream') names.push(subject.name)
    if (subject?.kind === 'account') accounts.push(subject.did)
  }
  return [...found, ...(await upstreamOf(db, names)), ...(await publishedBy(db, accounts))]
}

/** What is kept of these names: of what nobody asked for yet there is nothing to decide. */
async function upstreamOf(db: Db | Tx, names: readonly string[]): Promise<DueSubject[]> {
  if (names.length === 0) return []
  const { rows } = await sql<{ registry: string; name: string }>`SELECT registry, name FROM upstream_packument
    WHERE lower(name) = ANY(${[...names]}::text[])`.execute(db)
  return rows.map((row) => ({ source: 'upstream', ...row }))
}

async function publishedBy(db: Db | Tx, dids: readonly string[]): Promise<DueSubject[]> {
  if (dids.length === 0) return []
  const { rows } = await sql<{ org: string; name: string }>`
    SELECT DISTINCT org, name FROM version WHERE network = ${network} AND org = ANY(${[...dids]}::text[])
    UNION SELECT org, name FROM ledger_judgement WHERE network = ${network} AND attested_by = ANY(${[...dids]}::text[])`.execute(
    db,
  )
  const outside = await sql<{ did: string; name: string }>`
    SELECT registry AS did, name FROM upstream_packument WHERE registry = ANY(${[...dids]}::text[])
    UNION SELECT j.did, p.name FROM ledger_public_judgement j JOIN upstream_packument p ON p.registry = j.did
      WHERE j.network = ${publicNetwork} AND j.attested_by = ANY(${[...dids]}::text[])`.execute(db)
  return [
    ...rows.map((row) => ({ source: 'private', ...row }) as const),
    ...outside.rows.map(({ did, name }) => ({ source: 'upstream', registry: did, name }) as const),
  ]
}
