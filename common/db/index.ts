export { type Kysely, sql, type Transaction } from 'kysely'
export type { Migration } from 'kysely/migration'
export { isDatabaseDown } from './is-database-down.ts'
export { type Heard, Listener } from './listener.ts'
export {
  type DatabaseConfig,
  databaseConfigSchema,
  type OpenDatabase,
  openAsItIs,
  openDatabase,
} from './open-database.ts'
