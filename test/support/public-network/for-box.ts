import { startPostgresServer } from '#test/support/postgres-server.ts'
import { PublicNetwork, type PublicNetworkOptions } from './public-network.ts'

/** A public network with a Postgres server of its own, for whoever starts a whole box beside it. */
export async function startPublicNetwork(
  options: PublicNetworkOptions = {},
): Promise<{ network: PublicNetwork } & AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  const postgres = opening.use(await startPostgresServer())
  process.env['ATOLL_TEST_DATABASE_URL'] = postgres.url
  const network = opening.use(await PublicNetwork.start(options))
  const opened = opening.move()
  return { network, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** The section of atoll.yaml that makes a box follow it. Young versions are let in: nothing there is older than the network itself. */
export function settingsFor({ relayUrl, directoryUrl, pds, names }: PublicNetwork): string {
  return `publicNetwork:
  relays: [${relayUrl}]
  directory: ${directoryUrl}
  privateHosts: [${pds.url}]
  nameServers: ["${names.address}"]
  # So that a change of handle is noticed within seconds.
  discoverHours: 0.001
policy:
  public: { minAge: 0h }
`
}
