import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

const collectedSchema = z.object({ token: z.string().min(1) })

const lifetimeMs = 10 * 60_000
const pauseMs = 1_000
const requestTimeoutMs = 30_000

/**
 * Polls a `doneUrl` as npm does: 202 and `Retry-After` while the person is at it, then 200 with what was asked for.
 * @returns the one-time code, or the npm token of a sign-in
 * @throws Error when the page has expired, or the person took too long
 */
export async function collectCode(doneUrl: string): Promise<string> {
  const until = Date.now() + lifetimeMs
  while (Date.now() < until) {
    const response = await fetch(doneUrl, { signal: AbortSignal.timeout(requestTimeoutMs) })
    if (response.status === 200) return collectedSchema.parse(await response.json()).token
    await response.body?.cancel()
    if (response.status !== 202) throw new Error(`The approval is no longer open (${response.status}): run it again.`)
    const retryAfter = Number(response.headers.get('retry-after'))
    await delay(retryAfter > 0 ? Math.min(retryAfter * 1000, 5_000) : pauseMs)
  }
  throw new Error('Nobody approved in time: run it again.')
}
