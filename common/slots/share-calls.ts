/** A call that hangs longer is given up, for it may be a connection that died: the next one tries anew. */
const longestMs = 30_000

/**
 * Whoever calls while an earlier call is still running gets that one's outcome: what hangs is waited for once, however
 * often it is asked.
 */
export function shareCalls<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: { outcome: Promise<Result>; since: number } | undefined
  return () => {
    if (running !== undefined && performance.now() - running.since < longestMs) return running.outcome
    const begun = {
      since: performance.now(),
      outcome: work().finally(() => {
        if (running === begun) running = undefined
      }),
    }
    running = begun
    return begun.outcome
  }
}
