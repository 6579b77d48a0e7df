import { systemClock } from '#common/clock/index.ts'
import { type DatabaseConfig, type OpenDatabase, openDatabase } from '#common/db/index.ts'
import { AuditLog } from '#gateway/audit-log/index.ts'
import { migrations } from '#gateway/database/migrations.ts'
import type { GatewayTables } from '#gateway/database/tables.ts'

/** The gateway's database, as who holds its role sees it. */
export async function gatewayDatabase(
  config: DatabaseConfig,
): Promise<OpenDatabase<GatewayTables> & { audit: AuditLog }> {
  const opened = await openDatabase<GatewayTables>(config, migrations)
  return { ...opened, audit: new AuditLog(opened.db, systemClock) }
}
