import type { Kysely } from '#common/db/index.ts'
import type { HealthCheck } from '#common/health/index.ts'
import { PublicIdentities } from '#common/identity/index.ts'
import { createOutbound, type Outbound } from '#common/outbound/index.ts'
import type { OpenRelayConfig } from '../config.ts'
import type { EventLog, RelayTables } from '../log/index.ts'
import { mountCollections } from './collections.ts'
import { KnownHosts } from './known-hosts.ts'
import { outsidePdses } from './outside-pds.ts'
import type { RelayNetwork } from './relay-network.ts'
import { mountRequestCrawl } from './request-crawl.ts'

/** PDSes that the configuration names and those that asked to be followed, a public directory, and everybody as reader. */
export function openPublicNetwork(config: OpenRelayConfig, db: Kysely<RelayTables>, log: EventLog): RelayNetwork {
  const { directoryUrl, hosts: configured, marker, outbound: ways, requested } = config.public
  const discoverPrivate = requested.private
  const outbound = createOutbound({ allow: [directoryUrl, ...configured], config: ways, discoverPrivate })
  const pdsAt = outsidePdses(outbound)
  const hosts = new KnownHosts({ db, configured, max: requested.max, pdsAt })
  return {
    hosts,
    identities: new PublicIdentities({ directoryUrl, outbound, marker }),
    readers: { async admit() {} },
    checks: [directoryAnswers(directoryUrl, outbound)],
    mount(server) {
      mountCollections(server, log)
      mountRequestCrawl(server, { hosts, outbound, local: discoverPrivate })
    },
    [Symbol.asyncDispose]: () => outbound[Symbol.asyncDispose](),
  }
}

function directoryAnswers(directoryUrl: string, outbound: Outbound): HealthCheck {
  return {
    name: 'directory',
    essential: false,
    async look() {
      // Whatever it says to that: it is there.
      const answer = await outbound.fetch(`${directoryUrl}/_health`, { maxBytes: 100_000, timeoutMs: 1_500 })
      await answer.bytes()
      if (answer.status >= 500) throw new Error(`answers ${answer.status}`)
    },
  }
}
