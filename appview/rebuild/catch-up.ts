import { setTimeout as delay } from 'node:timers/promises'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { lockWriting, readProgress } from '../ingest/write-alone.ts'
import type { Tx } from '../schema/index.ts'
import { conclude } from './conclude.ts'
import type { Rebuild } from './context.ts'
import { followUntil } from './follow-until.ts'
import { lookAtLive } from './look-at-live.ts'
import { readUnsynchronised } from './read-repositories.ts'

/** Events that may be left when the AppView is held up for them. */
const fewEvents = 20
/** Each is as long as what happened during the one before. */
const maxRounds = 100
const pollMs = 100
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
  await catchUp(rebuild)
  return rebuild.live.transaction().execute(async (tx) => {
    await lockWriting(tx)
    await goOn(rebuild)
    return act(tx)
  })
}

async function goOn(rebuild: Rebuild): Promise<void> {
  const state = await lookAtLive(rebuild)
  await followUntil(rebuild, state.cursor)
  await readUnsynchronised(rebuild)
  await conclude(rebuild, state)
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
