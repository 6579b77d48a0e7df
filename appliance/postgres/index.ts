export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.ts'
export { stateFolder } from './state-folder.ts'
