import type { Kysely, OpenDatabase } from '#common/db/index.ts'
import type { JtiTable } from '#common/service-auth/index.ts'
import type { RelayConfig } from '../config.ts'
import type { EventLog, RelayTables } from '../log/index.ts'
import { openPrivateNetwork } from './private-network.ts'
import { openPublicNetwork } from './public-network.ts'
import type { RelayNetwork } from './relay-network.ts'

export type { HostList, RelayNetwork } from './relay-network.ts'

/** The network that a relay is configured for. */
export async function openNetwork(
  config: RelayConfig,
  { db }: OpenDatabase<RelayTables>,
  log: EventLog,
): Promise<RelayNetwork> {
  if (config.open === true) return openPublicNetwork(config, db, log)
  return openPrivateNetwork(config, db as unknown as Kysely<JtiTable>)
}
