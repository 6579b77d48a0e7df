import { atproto } from '#lexicons'
import { describeOutside } from '../outside.ts'
import type { Checked, Finding } from './finding.ts'

const limits = { maxBytes: 1_000_000, timeoutMs: 5_000 }

/** Asks each public relay for its first repository, and the public directory how it is. */
export async function checkPublicHosts({ settings, env }: Checked): Promise<Finding[]> {
  const { publicNetwork } = settings
  if (publicNetwork === undefined) return []
  // What is wrong with the way there is said by the check of it.
  const config = await describeOutside(settings, env).catch(() => undefined)
  if (config === undefined) return []
  const { relays, directory } = publicNetwork
  const { createOutbound } = await import('#common/outbound/index.ts')
  await using outbound = createOutbound({ allow: [...relays, directory], config })
  const asked = [
    ...relays.map((url, index) => ({
      setting: `publicNetwork.relays.${index}`,
      url: `${url}/xrpc/${atproto.listRepos}?limit=1`,
      what: 'a relay',
    })),
    { setting: 'publicNetwork.directory', url: `${directory}/_health`, what: 'a did:plc directory' },
  ]
  const findings = await Promise.all(
    asked.map(async ({ setting, url, what }): Promise<Finding[]> => {
      try {
        const response = await outbound.fetch(url, limits)
        // As both do, and no page of a proxy that asks for a sign-in.
        JSON.parse((await response.bytes()).toString('utf8'))
        if (response.status === 200) return []
        return [fail(setting, `answers ${response.status}, and not as ${what}: check the address`)]
      } catch (error) {
        const reason = error instanceof SyntaxError ? 'its answer is no JSON' : (error as Error).message
        return [fail(setting, `does not answer as ${what} (${reason}): check the address, and network.proxy`)]
      }
    }),
  )
  return findings.flat()
}

function fail(setting: string, problem: string): Finding {
  return { level: 'fail', setting, problem }
}
