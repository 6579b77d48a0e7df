import type { OpenDatabase } from '#common/db/index.ts'
import { gauge } from './instrument.ts'
import type { Metrics } from './metrics.ts'

/** https://opentelemetry.io/docs/specs/semconv/database/database-metrics/. */
export const databaseInstruments = {
  connections: gauge('db_client_connection_count', 'Connections of the pool to Postgres.', ['state']),
  waiting: gauge('db_client_connection_pending_requests', 'Queries that wait for a connection.'),
} as const

/** How busy a component's pool is. */
export function measureDatabase(metrics: Metrics, { connections }: Pick<OpenDatabase<unknown>, 'connections'>): void {
  metrics.observe(databaseInstruments.connections, () => {
    const { used, idle } = connections()
    return [
      { labels: { state: 'used' }, value: used },
      { labels: { state: 'idle' }, value: idle },
    ]
  })
  metrics.observe(databaseInstruments.waiting, () => connections().waiting)
}
