import { Resolver } from 'node:dns/promises'
import { isValidDid, isValidHandle } from '@atproto/syntax'
import type { Outbound } from '#common/outbound/index.ts'

const longestTxtMs = 5_000
const httpsLimits = { maxBytes: 2_048, timeoutMs: 5_000 }
// https://nodejs.org/api/dns.html#error-codes: nothing is there, which is an answer.
const nothingThere = ['ENODATA', 'ENOTFOUND']

export interface HandleSources {
  outbound: Outbound
  /** `address:port`; the machine's own when absent. */
  nameServers?: readonly string[] | undefined
  /** How long an answer may take. */
  patienceMs: number
}

/**
 * Tells whether the domain of a handle says that it is this account's: by a DNS record, or else over HTTPS
 * (https://atproto.com/specs/handle#handle-resolution). The operation log, which names the handle, is the other way round.
 */
export function handleVerifier({
  outbound,
  nameServers,
  patienceMs,
}: HandleSources): (handle: string, did: string) => Promise<boolean> {
  const resolver = new Resolver({ timeout: Math.min(longestTxtMs, patienceMs), tries: 2 })
  if (nameServers !== undefined) resolver.setServers([...nameServers])

  /** @returns undefined when there is no such record @throws Error when nobody answers */
  async function byDns(handle: string): Promise<string | undefined> {
    try {
      const texts = (await resolver.resolveTxt(`_atproto.${handle}`)).map((parts) => parts.join(''))
      const named = texts.filter((text) => text.startsWith('did=')).map((text) => text.slice('did='.length))
      // Several are none: "if multiple valid records with different DIDs are present, resolution should fail".
      return named.length === 0 ? undefined : named.length === 1 ? named[0] : ''
    } catch (error) {
      if (nothingThere.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw error
    }
  }

  async function byHttps(handle: string): Promise<string | undefined> {
    const address = `https://${handle}/.well-known/atproto-did`
    const response = await outbound.fetch(address, { ...httpsLimits, discovered: true, about: { package: handle } })
    if (response.status === 200) return (await response.bytes()).toString('utf8').trim()
    response.body.destroy()
    if (response.status >= 500) throw new Error(`${handle} answers ${response.status}`)
    return undefined
  }

  return async (handle, did) => {
    if (!isValidHandle(handle) || !isValidDid(did)) return false
    const named = await byDns(handle).catch((error: unknown) => ({ error }))
    if (typeof named === 'string') return named === did
    const served = await byHttps(handle).catch((error: unknown) => ({ error }))
    if (typeof served === 'string') return served === did
    // Only where both had their say: a name server that is away takes nobody's handle.
    if (named !== undefined) throw named.error
    if (served !== undefined && !hasNoAddress(served.error)) throw served.error
    return false
  }
}

/** Most handles are in DNS alone, at names where no web server is. */
function hasNoAddress(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (nothingThere.includes((cause as NodeJS.ErrnoException).code ?? '')) return true
  }
  return false
}
