import { setTimeout as delay } from 'node:timers/promises'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'

/** What one component wrote down, in the transaction that made it true, for another to know. */
export interface Telling<Said> {
  /** What it is about, for the log. */
  about: string
  /** Some of what was not told yet, oldest first. */
  untold: (limit: number) => Promise<Said[]>
  /** Tells one, and writes down that it was told; a kill between the two has it told again. */
  tell: (said: Said, signal: AbortSignal) => Promise<void>
  log: Logger
}

const atOnce = 100
/** How much that is not taken is stepped over, to get at what comes after it. */
const maxRefused = 1_000

/** How long it waits between two rounds: twice as long after each that failed. */
interface Pace {
  everyMs: number
  maxWaitMs: number
}

/** Tells what was not told yet until the other has answered, also after a restart; until it is disposed. */
export function keepTelling<Said>(
  telling: Telling<Said>,
  pace: Pace = { everyMs: 500, maxWaitMs: 5_000 },
): AsyncDisposable {
  const stop = new AbortController()
  const done = run(telling, pace, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

async function run<Said>(telling: Telling<Said>, { everyMs, maxWaitMs }: Pace, signal: AbortSignal): Promise<void> {
  let failures = 0
  let refused = 0
  while (!signal.aborted) {
    const round = await tellUntold(telling, atOnce + refused, signal)
    refused = Math.min(round.refused, maxRefused)
    failures = round.reached && refused === 0 ? 0 : failures + 1
    const waitMs = Math.min(everyMs * 2 ** failures, maxWaitMs)
    await delay(waitMs, undefined, { signal }).catch(() => {})
  }
}

/** @returns whether the other was there, and how much it did not take */
async function tellUntold<Said>(
  { about, untold, tell, log }: Telling<Said>,
  limit: number,
  signal: AbortSignal,
): Promise<{ reached: boolean; refused: number }> {
  let refused = 0
  try {
    for (const said of await untold(limit)) {
      if (signal.aborted) break
      try {
        await tell(said, signal)
      } catch (err) {
        if (isAway(err)) throw err
        // The others do not wait for one that is not taken.
        log.error({ err, about }, 'something was not taken by who is to be told of it; it is told again')
        refused += 1
      }
    }
    return { reached: true, refused }
  } catch (err) {
    if (signal.aborted) return { reached: false, refused }
    log.warn({ err, about }, 'what was written down cannot be told at the moment; it is told again')
    return { reached: false, refused }
  }
}

function isAway(err: unknown): boolean {
  return err instanceof AtollError && err.status === 503
}
