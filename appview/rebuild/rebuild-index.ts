import { type Clock, systemClock } from '#common/clock/index.ts'
import { openAsItIs, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { AppViewConfig } from '../config.ts'
import type { AppViewTables, Tx } from '../schema/index.ts'
import { catchUp, whileEqual } from './catch-up.ts'
import { type Comparison, compareIndexes } from './compare.ts'
import type { Rebuild, RebuildProgress } from './context.ts'
import { openRebuild, schemasOf } from './open-rebuild.ts'
import { readRepositories } from './read-repositories.ts'
import { emptySchema, tablesIn } from './schemas.ts'
import { announceDifferences, appendToLedger, swapIndexes, takeOverDue } from './swap.ts'
import { indexTableNames } from './tables.ts'

export interface RebuildOptions {
  /** What becomes of the new index when it is not the one in use: put it in its place, too, or leave everything as it is. */
  acceptDifferences?: boolean
  /** Compare only. */
  dryRun?: boolean
  /** How many differences of each table are told. */
  examples?: number
  stop?: AbortSignal
  report?(progress: RebuildProgress): void
  /** Tests move it. */
  clock?: Clock
}

export interface RebuildOutcome extends Comparison {
  swapped: boolean
  /** How long nobody could read, in milliseconds; undefined when nothing was swapped. */
  exclusiveMs: number | undefined
}

/**
 * Makes the index anew from the repositories, beside the one in use, compares the two at the same event, and puts the new one in
 * the place of the old: when they are identical, or when that is what was asked for. Killed at any moment before, nothing
 * happened; what it left is taken away by the next one. The ledger is not made anew: what was first seen, and what was judged then, stands
 * in no repository.
 * @throws RebuildFailed
 */
export async function rebuildIndex(config: AppViewConfig, options: RebuildOptions = {}): Promise<RebuildOutcome> {
  const { acceptDifferences = false, dryRun = false, examples = 10, report = () => {}, clock = systemClock } = options
  const { stop = new AbortController().signal } = options
  await using rebuild = await openRebuild(config, { clock, stop, report })
  await readRepositories(rebuild)
  await analyse(rebuild)
  await catchUp(rebuild)
  const comparison = await compareAtOneEvent(rebuild, examples)
  stop.throwIfAborted()
  if (dryRun || !(comparison.identical || acceptDifferences)) {
    return { ...comparison, swapped: false, exclusiveMs: undefined }
  }
  const exclusiveMs = await swap(rebuild, comparison)
  return { ...comparison, swapped: true, exclusiveMs }
}

/** Drops the index that was in use before the last rebuild. @returns whether there was one */
export async function dropPrevious({ database }: AppViewConfig): Promise<boolean> {
  await using opened = openAsItIs<AppViewTables>({ ...database, poolSize: 1 })
  const { previous } = schemasOf(database.schema)
  const tables = await tablesIn(opened.db, previous)
  await emptySchema(opened.db, previous)
  return tables.length > 0
}

/** Postgres plans by what it knows of tables, and of these it knows nothing yet. */
async function analyse({ next }: Rebuild): Promise<void> {
  for (const table of indexTableNames) await sql`ANALYZE ${sql.id(table)}`.execute(next)
}

/** Holds the AppView up for as long as it takes to look at both at once; the comparing itself disturbs nobody. */
async function compareAtOneEvent(rebuild: Rebuild, examples: number): Promise<Comparison> {
  const snapshot = await whileEqual(rebuild, async () => {
    const opened = await rebuild.next.startTransaction().setIsolationLevel('repeatable read').execute()
    // It is taken with the first query.
    await sql`SELECT 1`.execute(opened)
    return opened
  })
  try {
    rebuild.report({ stage: 'compare' })
    return await compareIndexes(snapshot, rebuild.schemas, examples)
  } finally {
    await snapshot.rollback().execute()
  }
}

async function swap(rebuild: Rebuild, { identical, index }: Comparison): Promise<number> {
  rebuild.report({ stage: 'swap' })
  const { schemas } = rebuild
  return whileEqual(rebuild, async (tx) => {
    await checkStillSo(tx, rebuild, index)
    if (!identical) {
      await appendToLedger(tx, schemas)
      await announceDifferences(tx, schemas)
      await takeOverDue(tx, schemas)
    }
    return swapIndexes(tx, schemas)
  })
}

/** What came since the comparison, both took in with the same code; whether they are still as far, the repositories' revisions tell. */
async function checkStillSo(tx: Tx, { schemas }: Rebuild, compared: Comparison['index']): Promise<void> {
  const was = compared.find(({ table }) => table === 'repo')
  const { rows } = await sql<{ count: number }>`SELECT count(*) AS count
    FROM ${sql.id(schemas.live, 'repo')} l FULL JOIN ${sql.id(schemas.next, 'repo')} n
      ON l.network = n.network AND l.did = n.did WHERE (l.rev, l.data, l.handle, l.active) IS DISTINCT FROM
      (n.rev, n.data, n.handle, n.active)`.execute(tx)
  const allowed = was === undefined ? 0 : was.missing + was.surplus + was.changed
  if ((rows[0]?.count ?? 0) <= allowed) return
  throw new AtollError('RebuildFailed', { reason: 'repositories moved on that were not followed; run it again' })
}
