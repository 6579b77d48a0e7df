import type { NetworkConfig } from '#common/config/index.ts'
import { createOutbound, type OutboundConfig } from '#common/outbound/index.ts'
import type { PublicUrlFact } from '../facts.ts'

const limits = { maxBytes: 100_000, timeoutMs: 5_000 }
// What each answers to everybody; without any secret, for it may lead to somebody else.
const places = { gateway: '/-/ping', people: '/healthz' } as const

/** Goes the way browsers and package managers go. Never rejects. */
export async function askPublicUrls(
  { publicUrls }: Pick<NetworkConfig, 'publicUrls'>,
  config: OutboundConfig,
): Promise<PublicUrlFact[]> {
  return Promise.all(
    (['gateway', 'people'] as const).map(async (name) => {
      const url = publicUrls[name]
      const problem = await problemOf(url, places[name], config)
      return problem === undefined ? { name, url } : { name, url, problem }
    }),
  )
}

async function problemOf(url: string, path: string, config: OutboundConfig): Promise<string | undefined> {
  try {
    await using outbound = createOutbound({ allow: [url], config })
    const response = await outbound.fetch(new URL(path, url).href, limits)
    const body = (await response.bytes()).toString('utf8')
    if (response.status !== 200) return `it answers ${response.status}`
    // A proxy's page for hosts it does not know is often a 200, too.
    JSON.parse(body)
    return undefined
  } catch (error) {
    return error instanceof SyntaxError ? 'something else answers' : (error as Error).message
  }
}
