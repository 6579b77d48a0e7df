import type { Clock } from '#common/clock/index.ts'
import type { Policy } from '#common/policy/index.ts'
import { etagOf } from '../render/etag-of.ts'
import { renderWhenDue } from '../render/render-when-due.ts'
import type { Tx } from '../schema/index.ts'
import { decide, type Verdict } from '../verdict/index.ts'
import { gatherUpstreamFacts } from './gather-upstream-facts.ts'
import type { KeptPackument } from './merge-packument.ts'
import { renderUpstream } from './render-upstream.ts'
import { rememberSights } from './sights.ts'
import type { UpstreamKey } from './upstream-key.ts'

export interface JudgeSetting {
  policy: Policy
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
  clock: Clock
}

/** What upstream said with the packument that is written. */
export interface Answer {
  etag: string | null
  at: Date
  lastModified: Date
}

/**
 * Decides about every version of an upstream package, and writes what is kept of it, what clients are shown, and why they are not shown
 * the rest. It happens when something changes, not when somebody asks.
 * @param answer undefined when upstream said nothing new
 * @returns whether caches may have what was there before
 */
export async function judgePackument(
  tx: Tx,
  key: UpstreamKey,
  document: KeptPackument['full'],
  setting: JudgeSetting,
  answer?: Answer,
): Promise<{ announce: boolean }> {
  const now = setting.clock.now()
  const sights = await rememberSights(tx, key, document, answer?.at ?? new Date(now))
  const facts = await gatherUpstreamFacts(tx, key, { document, sights, now, privateNames: setting.privateNames })
  const judged = facts.map((one) => ({ facts: one, verdict: decide(one, setting.policy) }))
  const verdicts = new Map(judged.map(({ facts: { version }, verdict }) => [version, verdict]))
  const { full, abbreviated } = renderUpstream(document, verdicts)
  const bodies = { full: Buffer.from(JSON.stringify(full)), abbreviated: Buffer.from(JSON.stringify(abbreviated)) }
  const row = {
    ...bodies,
    full_etag: etagOf(bodies.full),
    abbreviated_etag: etagOf(bodies.abbreviated),
    verdicts: JSON.stringify(worthKeeping(verdicts)),
  }
  await renderWhenDue(tx, { source: 'upstream', ...key }, judged)
  return write(tx, key, { ...row, merged: Buffer.from(JSON.stringify(document)) }, answer, new Date(now))
}

/** What is allowed without a word is most of it. */
function worthKeeping(verdicts: ReadonlyMap<string, Verdict>): Record<string, Verdict> {
  return Object.fromEntries(
    Array.from(verdicts).filter(([, verdict]) => verdict.kind !== 'allow' || verdict.warnings !== undefined),
  )
}

interface JudgedRow {
  full: Buffer
  abbreviated: Buffer
  full_etag: string
  abbreviated_etag: string
  verdicts: string
  merged: Buffer
}

async function write(
  tx: Tx,
  { registry, name }: UpstreamKey,
  row: JudgedRow,
  answer: Answer | undefined,
  now: Date,
): Promise<{ announce: boolean }> {
  const before = await tx
    .selectFrom('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .select(['full_etag', 'verdicts'])
    .executeTakeFirst()
  const said = answer === undefined ? {} : { upstream_etag: answer.etag, fetched_at: answer.at }
  if (before === undefined) {
    const last_modified = answer?.lastModified ?? now
    await tx
      .insertInto('upstream_packument')
      .values({ registry, name, upstream_etag: null, fetched_at: now, ...row, ...said, last_modified })
      .execute()
    return { announce: false }
  }
  const changed = before.full_etag !== row.full_etag
  await tx
    .updateTable('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    // What is shown changes by our own time, too: then upstream's date would make clients believe what they have.
    .set({ ...row, ...said, ...(changed ? { last_modified: now } : {}) })
    .execute()
  return { announce: changed || JSON.stringify(before.verdicts) !== JSON.stringify(JSON.parse(row.verdicts)) }
}

/** What is kept of a package, for whoever is about to write it. */
export async function readKept(tx: Tx, { registry, name }: UpstreamKey): Promise<KeptPackument | undefined> {
  const row = await tx
    .selectFrom('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    // Before there were verdicts, everything was shown.
    .select(({ fn }) => fn.coalesce('merged', 'full').as('kept'))
    .forUpdate()
    .executeTakeFirst()
  return row && { full: JSON.parse(row.kept.toString('utf8')) as KeptPackument['full'] }
}
