import type { OpOrTombstone } from '@did-plc/lib'
import pg from 'pg'
import { AtollError } from '#common/errors/index.ts'
import type { PlcServer } from './plc-server.ts'

const attempts = 5
// https://www.postgresql.org/docs/current/errcodes-appendix.html: serialization_failure
const serializationFailure = '40001'

/**
 * Adds an operation under the rules of did:plc. The package works in serializable transactions, which Postgres may end because
 * of another DID's: those are tried again.
 * @throws InvalidOperation when the rules refuse it
 */
export async function addOperation(plc: PlcServer, did: string, operation: OpOrTombstone): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await plc.add(did, operation)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) {
        throw new AtollError('InvalidOperation', { reason: (error as Error).message }, error)
      }
      if (error.code !== serializationFailure || attempt === attempts) throw error
    }
  }
}
