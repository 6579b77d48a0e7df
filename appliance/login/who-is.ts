import { z } from 'zod'

const timeoutMs = 30_000

/** @returns the handle of the token's person, as `npm whoami` says it */
export async function whoIs(registry: string, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${registry}/-/whoami`, { headers, signal: AbortSignal.timeout(timeoutMs) })
  return z.object({ username: z.string() }).parse(await answer.json()).username
}
