export { type Kysely, sql, type Transaction } from 'kysely'
export type { Migration } from 'kysely/migration'
export { isDatabaseDown } from './is-database-down.ts'
export { type DatabaseConfig, databaseConfigSchema, type OpenDatabase, openDatabase } from './open-database.ts'
