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

const everyMs = 500
const maxWaitMs = 5_000
const atOnce = 100

/** Tells what was not told yet until the other has answered, also after a restart; until it is disposed. */
export function keepTelling<Said>(telling: Telling<Said>): AsyncDisposable {
  const stop = new AbortController()
  const done = run(telling, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

async function run<Said>(telling: Telling<Said>, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    failures = (await tellUntold(telling, signal)) ? 0 : failures + 1
    const waitMs = Math.min(everyMs * 2 ** failures, maxWaitMs)
    await delay(waitMs, undefined, { signal }).catch(() => {})
  }
}

/** @returns whether all of it was told */
async function tellUntold<Said>({ about, untold, tell, log }: Telling<Said>, signal: AbortSignal): Promise<boolean> {
  let told = true
  try {
    for (const said of await untold(atOnce)) {
      if (signal.aborted) return told
      try {
        await tell(said, signal)
      } catch (err) {
        if (isAway(err)) throw err
        // The others do not wait for one that is not taken.
        log.error({ err, about }, 'something was not taken by who is to be told of it; it is told again')
        told = false
      }
    }
    return told
  } catch (err) {
    if (signal.aborted) return false
    log.warn({ err, about }, 'what was written down cannot be told at the moment; it is told again')
    return false
  }
}

function isAway(err: unknown): boolean {
  return err instanceof AtollError && err.status === 503
}
