import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '#common/clock/index.ts'
import type { Policy } from '#common/policy/index.ts'
import { describeLatest } from '../mirror/files/describe-latest.ts'
import { forgetAttestations } from '../purges/index.ts'
import { etagOf } from '../render/etag-of.ts'
import { renderWhenDue } from '../render/render-when-due.ts'
import { noteRevocations } from '../revocations/index.ts'
import type { Tx } from '../schema/index.ts'
import { decide, isExcepted, type OutsideFacts, type Verdict } from '../verdict/index.ts'
import { gatherUpstreamFacts } from './gather-upstream-facts.ts'
import type { KeptPackument } from './merge-packument.ts'
import { renderUpstream } from './render-upstream.ts'
import { rememberSights } from './sights.ts'
import type { UpstreamKey } from './upstream-key.ts'
import { rememberUse } from './uses.ts'

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
  if (setting.policy.upstream.firstUse === 'allow') await rememberUse(tx, key, new Date(now))
  const gathered = await gatherUpstreamFacts(tx, key, { document, sights, now, privateNames: setting.privateNames })
  const facts = await letInExcepted(tx, key, gathered, now)
  const judged = facts.map((one) => ({ facts: one, verdict: decide(one, setting.policy) }))
  const verdicts = new Map(judged.map(({ facts: { version }, verdict }) => [version, verdict]))
  const { abbreviated, ...rendered } = renderUpstream(document, verdicts)
  const readme = await describeLatest(tx, key, rendered.latest, new Date(now))
  const full = { ...rendered.full, readme }
  const bodies = { full: Buffer.from(JSON.stringify(full)), abbreviated: Buffer.from(JSON.stringify(abbreviated)) }
  const row = {
    ...bodies,
    full_etag: etagOf(bodies.full),
    abbreviated_etag: etagOf(bodies.abbreviated),
    verdicts: JSON.stringify(worthKeeping(verdicts)),
  }
  const subject = { source: 'upstream', ...key } as const
  const served = await servedOutside(tx, key)
  await noteRevocations(tx, subject, { served, decided: verdicts, at: new Date(now) })
  await forgetAttestations(tx, subject, purgedAmong(facts))
  await renderWhenDue(tx, subject, judged)
  return write(tx, key, row, { document, answer, now: new Date(now) })
}

function purgedAmong(facts: readonly OutsideFacts[]): string[] {
  return facts.flatMap(({ version, purge }) => (purge === undefined ? [] : [version]))
}

/** One exception lets in the package: from then on it is used, whichever versions it was about, and also when it is over. */
async function letInExcepted(tx: Tx, key: UpstreamKey, facts: OutsideFacts[], now: number): Promise<OutsideFacts[]> {
  const isLetIn = facts.some(
    ({ neverUsed, exceptions }) => neverUsed === true && isExcepted('first-use', exceptions, now),
  )
  if (!isLetIn) return facts
  await rememberUse(tx, key, new Date(now))
  return facts.map((one) => ({ ...one, neverUsed: false }))
}

/** What clients install by until now. */
async function servedOutside(tx: Tx, { registry, name }: UpstreamKey): Promise<Buffer | undefined> {
  const row = await tx
    .selectFrom('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .select('abbreviated')
    .executeTakeFirst()
  return row?.abbreviated
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
}

interface Occasion {
  document: KeptPackument['full']
  answer: Answer | undefined
  now: Date
}

/** Only what is other than before: Postgres compresses what it is given, which takes longer than all that comes before. */
async function write(
  tx: Tx,
  { registry, name }: UpstreamKey,
  { verdicts, ...shown }: JudgedRow,
  { document, answer, now }: Occasion,
): Promise<{ announce: boolean }> {
  const before = await tx
    .selectFrom('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    .select(['full_etag', 'abbreviated_etag', 'verdicts'])
    .select((eb) => eb('merged', 'is', null).as('never'))
    .executeTakeFirst()
  const said = answer === undefined ? {} : { upstream_etag: answer.etag, fetched_at: answer.at }
  const keeps = answer === undefined && before?.never === false ? {} : { merged: Buffer.from(JSON.stringify(document)) }
  if (before === undefined) {
    const last_modified = answer?.lastModified ?? now
    await tx
      .insertInto('upstream_packument')
      .values({
        registry,
        name,
        upstream_etag: null,
        fetched_at: now,
        ...shown,
        ...keeps,
        verdicts,
        ...said,
        last_modified,
      })
      .execute()
    return { announce: false }
  }
  const changed = before.full_etag !== shown.full_etag || before.abbreviated_etag !== shown.abbreviated_etag
  await tx
    .updateTable('upstream_packument')
    .where('registry', '=', registry)
    .where('name', '=', name)
    // What is shown changes by our own time, too: then upstream's date would make clients believe what they have.
    .set({ verdicts, ...keeps, ...said, ...(changed ? { ...shown, last_modified: now } : {}) })
    .execute()
  return { announce: changed || !isDeepStrictEqual(before.verdicts, JSON.parse(verdicts)) }
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
