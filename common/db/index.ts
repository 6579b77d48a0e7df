export { type Kysely, sql, type Transaction } from 'kysely'
export type { Migration } from 'kysely/migration'
export { type DatabaseConfig, databaseConfigSchema, type OpenDatabase, openDatabase } from './open-database.ts'
