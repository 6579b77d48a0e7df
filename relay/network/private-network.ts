import type { Kysely } from '#common/db/index.ts'
import { peerAnswers } from '#common/health/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { createPeerAuth, type JtiTable, PostgresJtiStore } from '#common/service-auth/index.ts'
import { bearerToken } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import type { PrivateRelayConfig } from '../config.ts'
import { peerPds } from './peer-pds.ts'
import type { RelayNetwork } from './relay-network.ts'

/** The PDSes of the network's own configuration, its directory, and its components as readers. */
export async function openPrivateNetwork(config: PrivateRelayConfig, db: Kysely<JtiTable>): Promise<RelayNetwork> {
  const { network } = config
  const auth = await createPeerAuth(config, new PostgresJtiStore(db))
  const pdses = (['org', 'people'] as const).flatMap((role) =>
    network.hosts[role].map((url) => peerPds(url, role, auth)),
  )
  return {
    hosts: {
      async *all() {
        yield* pdses
      },
    },
    identities: new IdentityResolver(network),
    readers: {
      async admit(request, method) {
        const asks = method === atproto.subscribeRepos ? [] : (['appliance'] as const)
        await auth.verify(bearerToken(request), method, ['appview', 'gateway', ...asks])
      },
    },
    checks: [peerAnswers('directory', network.peers.directory.url, { essential: false })],
    mount() {},
    async [Symbol.asyncDispose]() {},
  }
}
