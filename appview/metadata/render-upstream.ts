import type { Clock } from '#common/clock/index.ts'
import { sql } from '#common/db/index.ts'
import { type DueSubject, renderAgain } from '../due/index.ts'
import type { Tx } from '../schema/index.ts'

/** What an exception or advisory may be about is rendered again at once; one of our own packages is already, as after any record. */
export async function renderUpstream(tx: Tx, { name, clock }: { name: string; clock: Clock }): Promise<void> {
  await renderAgain(tx, await pulledThrough(tx, name), new Date(clock.now()))
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
