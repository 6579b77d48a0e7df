import type { Updates } from '../updates/updates.ts'

/**
 * Asks again whenever the index changed, until the answer is final or the time is over.
 * @param look @returns the answer as it is now, and whether it may still change
 */
export async function waitFor<Answer>(
  updates: Updates,
  timeoutMs: number,
  look: () => Promise<{ answer: Answer; final: boolean }>,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs)
  for (;;) {
    // Before looking: what changes in between rings this bell.
    const changed = updates.next(timeout)
    const { answer, final } = await look()
    if (final || timeout.aborted) return answer
    await changed
  }
}
