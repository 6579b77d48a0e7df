export { EventLog, type RepoState, type StoredEvent } from './event-log.ts'
export { LogFollower } from './log-follower.ts'
export { LogWriter, type NewState, type Notice, type Origin } from './log-writer.ts'
export { migrations, type RelayTables } from './schema.ts'
