import { sql } from '#common/db/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

/** Postgres channel on which the writer hears that something is due. */
export const dueChannel = 'appview_due'

/** A package that has to be decided and rendered again, by where it comes from. */
export type DueSubject =
  | { source: 'private'; org: string; name: string }
  | { source: 'upstream'; registry: string; name: string }

/**
 * Has packages decided and rendered again, at once or when time changes what may be installed. Everything that changes a fact
 * other than by a record (labels, advisories, exceptions, provenance, a hold that falls due) says so here, in its own transaction;
 * the one that renders takes them from here. Whoever says it earlier wins.
 */
export async function renderAgain(db: Db | Tx, subjects: readonly DueSubject[], at: Date): Promise<void> {
  if (subjects.length === 0) return
  const origins = subjects.map((subject) => (subject.source === 'private' ? subject.org : subject.registry))
  await sql`INSERT INTO render_due (network, source, origin, name, due_at)
    SELECT DISTINCT ${network}, d.source, d.origin, d.name, ${at}::timestamptz
    FROM unnest(${subjects.map(({ source }) => source)}::text[], ${origins}::text[], ${subjects.map(({ name }) => name)}::text[])
      AS d (source, origin, name)
    ON CONFLICT (network, source, origin, name) DO UPDATE SET due_at = least(render_due.due_at, excluded.due_at)`.execute(
    db,
  )
  await sql`SELECT pg_notify(${dueChannel}, '')`.execute(db)
}

/**
 * Keeps what renders what is due from this package. Whoever writes a packument by themselves and then says when it is due asks for this
 * first: in the other order, the two would wait for each other.
 */
export async function lockDue(tx: Tx, subject: DueSubject): Promise<void> {
  await tx
    .selectFrom('render_due')
    .where('network', '=', network)
    .where('source', '=', subject.source)
    .where('origin', '=', subject.source === 'private' ? subject.org : subject.registry)
    .where('name', '=', subject.name)
    .select('name')
    .forUpdate()
    .execute()
}

/** Takes what is due by now, soonest first; what the transaction does not commit stays due. */
export async function takeDue(tx: Tx, now: Date, limit: number): Promise<DueSubject[]> {
  const { rows } = await sql<{ source: 'private' | 'upstream'; origin: string; name: string }>`DELETE FROM render_due
    WHERE (network, source, origin, name) IN (
      SELECT network, source, origin, name FROM render_due WHERE network = ${network} AND due_at <= ${now}
      ORDER BY due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING source, origin, name`.execute(tx)
  return rows.map(({ source, origin, name }) =>
    source === 'private' ? { source, org: origin, name } : { source, registry: origin, name },
  )
}

/** When the next package falls due; undefined when none will. */
export async function nextDue(db: Db): Promise<Date | undefined> {
  const row = await db
    .selectFrom('render_due')
    .where('network', '=', network)
    .select(({ fn }) => fn.min<Date | null>('due_at').as('at'))
    .executeTakeFirst()
  return row?.at ?? undefined
}
