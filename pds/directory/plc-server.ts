import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { OpOrTombstone } from '@did-plc/lib'
import type { Kysely } from '#common/db/index.ts'

/** What of @did-plc/server is in use. */
interface PlcModule {
  Database: new (
    db: Kysely<unknown>,
    schema: string,
  ) => { validateAndAddOp(did: string, operation: OpOrTombstone): Promise<void> }
  PlcServer: {
    create(options: { db: object }): { app: (request: IncomingMessage, response: ServerResponse) => void }
  }
}

/** The reference directory over our own database connection. It never listens: its `start` would bind every interface. */
export interface PlcServer {
  /** Answers the reads of did:plc. */
  read(request: IncomingMessage, response: ServerResponse): void
  /** @throws what the rules of did:plc have against the operation; errors of the database */
  add(did: string, operation: OpOrTombstone): Promise<void>
}

export function createPlcServer(db: Kysely<unknown>, schema: string): PlcServer {
  // A CommonJS bundle without named exports that an import would see.
  const { Database, PlcServer } = createRequire(import.meta.url)('@did-plc/server') as PlcModule
  const database = new Database(db, schema)
  const { app } = PlcServer.create({ db: database })
  return { read: app, add: (did, operation) => database.validateAndAddOp(did, operation) }
}
