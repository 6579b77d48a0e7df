export { peopleMigrations } from './migrations.ts'
export { hashSecret } from './secrets.ts'
export { keepSweeping, sweepExpired } from './sweep-expired.ts'
export type { ApprovalState, PeopleTables } from './tables.ts'
