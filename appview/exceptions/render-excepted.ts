import type { Clock } from '#common/clock/index.ts'
import { sql } from '#common/db/index.ts'
import { type DueSubject, renderAgain } from '../due/index.ts'
import type { ExceptionValue, Tx } from '../schema/index.ts'

interface Excepted {
  org: string
  /** Of the organisation, or of upstream. */
  name: string
  value: ExceptionValue
  clock: Clock
}

/** Whatever an exception may be about is rendered again: what comes from upstream at once, and all of it when it ends. */
export async function renderExcepted(tx: Tx, { org, name, value, clock }: Excepted): Promise<void> {
  const upstream = await pulledThrough(tx, name)
  const until = new Date(value.until)
  await renderAgain(tx, upstream, new Date(clock.now()))
  if (value.withdrawn || +until <= clock.now()) return
  // What is due once is due at the earlier moment: that render puts the end of the exception down again.
  await renderAgain(tx, [{ source: 'private', org, name }], until)
}

/** The same name in several registries are several packages; each may be meant. */
async function pulledThrough(tx: Tx, name: string): Promise<DueSubject[]> {
  const rows = await tx
    .selectFrom('upstream_packument')
    .where(sql<string>`lower(name)`, '=', name)
    .select(['registry', 'name'])
    .execute()
  return rows.map((row) => ({ source: 'upstream', ...row }))
}
