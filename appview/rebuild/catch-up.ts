import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { lockWriting, readProgress } from '../ingest/write-alone.ts'
import { network, type Tx } from '../schema/index.ts'
import { conclude, keepTimes } from './conclude.ts'
import type { Rebuild } from './context.ts'
import { followUntil } from './follow-until.ts'
import { lookAtLive } from './look-at-live.ts'
import { readBlobs } from './read-blobs.ts'
import { readUnsynchronised } from './read-repositories.ts'

/** Events that may be left when the AppView is held up for them. */
const fewEvents = 20
/** Each is as long as what happened during the one before. */
const maxRounds = 100
const pollMs = 100
/** How often the AppView gets another moment, for READMEs and bundles, and for what is due. */
const maxTries = 30
/** An index in use that does not move on for so long is damaged, or its AppView stands still. */
const patienceMs = 15_000

/** Brings the new index to where the one in use is, as far as that can be done while both move on. */
export async function catchUp(rebuild: Rebuild): Promise<void> {
  rebuild.report({ stage: 'follow' })
  for (let round = 0; round < maxRounds; round += 1) {
    rebuild.stop.throwIfAborted()
    await awaitLive(rebuild)
    await goOn(rebuild)
    if ((await eventsLeft(rebuild)) <= fewEvents) return
  }
  throw new AtollError('RebuildFailed', { reason: 'too much is being published; run it again at a quieter time' })
}

/**
 * Holds up what the AppView writes, brings the new index to exactly the same event, and acts. What people read goes on.
 * @param act gets the transaction that holds it up
 */
export async function whileEqual<Result>(rebuild: Rebuild, act: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let triesLeft = maxTries; ; triesLeft -= 1) {
    await catchUp(rebuild)
    const acted = await rebuild.live.transaction().execute(async (tx) => {
      await lockWriting(tx)
      await goOn(rebuild)
      if (triesLeft > 0 && ((await isReadingBlobs(rebuild)) || (await isJudging(rebuild)))) return undefined
      return { result: await act(tx) }
    })
    if (acted !== undefined) return acted.result
    await delay(pollMs, undefined, { signal: rebuild.stop })
  }
}

async function goOn(rebuild: Rebuild): Promise<void> {
  const state = await lookAtLive(rebuild)
  await followUntil(rebuild, state.cursor)
  await readUnsynchronised(rebuild)
  await conclude(rebuild, state)
  await readBlobs(rebuild)
  await keepTimes(rebuild)
}

/** The AppView brings READMEs and bundles a moment after their versions: it may not have those yet that the new index has. */
async function isReadingBlobs({ next, schemas }: Rebuild): Promise<boolean> {
  const { rows } = await sql`SELECT FROM readme n JOIN ${sql.id(schemas.live, 'readme')} l USING (network, org, name)
    WHERE l.wanted = n.wanted AND n.cid = n.wanted AND l.cid IS DISTINCT FROM l.wanted
    UNION ALL SELECT FROM provenance n LEFT JOIN ${sql.id(schemas.live, 'provenance')} l USING (network, org, name, version)
    WHERE (l.cid, l.roots) IS DISTINCT FROM (n.cid, n.roots) LIMIT 1`.execute(next)
  return rows.length > 0
}

/** What fell due a moment ago is rendered by the new index as it is now, and by the AppView when it is let. */
async function isJudging({ live, ingest }: Rebuild): Promise<boolean> {
  const { rows } = await sql`SELECT FROM render_due WHERE network = ${network} AND source = 'private'
      AND due_at <= ${new Date(ingest.clock.now())}
    UNION ALL SELECT FROM judging WHERE network = ${network} AND NOT done LIMIT 1`.execute(live)
  return rows.length > 0
}

async function eventsLeft({ live, next }: Rebuild): Promise<number> {
  const [theirs, ours] = await Promise.all([readProgress(live), readProgress(next)])
  return (theirs.cursor ?? 0) - (ours.cursor ?? 0)
}

/**
 * Repositories were read as they are now, and the index in use may have that before it: then nothing may be judged yet, for the
 * ledger would say nothing of it.
 */
async function awaitLive(rebuild: Rebuild): Promise<void> {
  let behind = await countBehind(rebuild)
  for (let since = performance.now(); behind > 0 && performance.now() - since < patienceMs; ) {
    await delay(pollMs, undefined, { signal: rebuild.stop })
    const now = await countBehind(rebuild)
    if (now < behind) since = performance.now()
    behind = now
  }
}

async function countBehind({ next, schemas }: Rebuild): Promise<number> {
  const { rows } = await sql<{ behind: number }>`SELECT count(*) AS behind FROM repo n
    JOIN ${sql.id(schemas.live, 'repo')} l USING (network, did) WHERE l.rev < n.rev AND l.active`.execute(next)
  return rows[0]?.behind ?? 0
}
