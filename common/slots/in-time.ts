import { setTimeout as delay } from 'node:timers/promises'

/** @throws Error when the work takes longer; it goes on all the same, and its outcome is lost */
export async function inTime<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  const done = new AbortController()
  const late = delay(timeoutMs, undefined, { signal: done.signal }).then(() => {
    throw new Error(`does not answer within ${timeoutMs / 1000} s`)
  })
  // Aborted below, when nobody waits for it any more.
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}
