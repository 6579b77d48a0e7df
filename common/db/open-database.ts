import { Kysely, PostgresDialect } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import pg from 'pg'
import type { DatabaseConfig } from './config.ts'

export interface OpenDatabase<Tables> extends AsyncDisposable {
  db: Kysely<Tables>
  /** For LISTEN and other things that need a connection of their own. */
  connect(): Promise<pg.Client>
  /** Of the pool: connections in use and free, and queries that wait for one. */
  connections(): { used: number; idle: number; waiting: number }
}

// Counts and byte sizes stay far below 2^53, so bigint columns may arrive as numbers.
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

/**
 * Opens a component's database and brings its schema up to date.
 * Migrations run in one transaction under Kysely's advisory lock, so replicas may start at the same time.
 * @param migrations name → migration, applied in the order of the names
 */
export async function openDatabase<Tables>(
  config: DatabaseConfig,
  migrations: Record<string, Migration>,
): Promise<OpenDatabase<Tables>> {
  const database = openAsItIs<Tables>(config)
  try {
    await migrate(database.db as Kysely<unknown>, config.schema, migrations)
  } catch (error) {
    await database.db.destroy()
    throw error
  }
  return database
}

/** Opens a component's database, beside the component itself, without changing its schema. */
export function openAsItIs<Tables>(config: DatabaseConfig): OpenDatabase<Tables> {
  const connection = { connectionString: config.url, options: `-c search_path=${config.schema}`, types }
  const pool = new pg.Pool({ ...connection, max: config.poolSize })
  // A broken connection is replaced by the pool, and its next query says so; without listeners Node would end the process.
  pool.on('error', () => {})
  // The pool listens only while nobody uses the connection: one may break between two statements of a transaction.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    db,
    async connect() {
      const client = new pg.Client(connection)
      client.on('error', () => {})
      await client.connect()
      return client
    },
    connections() {
      const { totalCount, idleCount, waitingCount } = pool
      return { used: totalCount - idleCount, idle: idleCount, waiting: waitingCount }
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

async function migrate(db: Kysely<unknown>, schema: string, migrations: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema,
    // Numbers are given before the work: what lands later may have the lower one.
    allowUnorderedMigrations: true,
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
