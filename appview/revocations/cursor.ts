import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { type Db, network } from '../schema/index.ts'

/** Without a mark from readers of older registries. */
const pattern = /^(\d{1,15})(?:\.([A-Za-z0-9_-]{8}))?$/

/** Where a reader is: a number, and by what it is known that the list before it is still the one they read. */
export function cursorAt(row: { id: number; at: Date }): string {
  return `${row.id}.${markOf(row)}`
}

/**
 * A registry that was restored from a backup counts on from an older number, so what follows a newer cursor is not what its reader
 * lacks.
 * @returns the number
 * @throws InvalidRequest; UnknownCursor when the list does not lead there
 */
export async function readCursor(db: Db, cursor: string): Promise<number> {
  const [, number = '', mark] = pattern.exec(cursor) ?? []
  if (number === '') throw new AtollError('InvalidRequest', { reason: 'the cursor is not one of ours' })
  const id = Number(number)
  if (id === 0) return 0
  const row = await db
    .selectFrom('ledger_revocation')
    .where('network', '=', network)
    .where('id', '=', id)
    .select(['id', 'at'])
    .executeTakeFirst()
  if (row === undefined || (mark !== undefined && mark !== markOf(row))) throw new AtollError('UnknownCursor')
  return id
}

/** Of nothing that its reader might not read. */
function markOf({ id, at }: { id: number; at: Date }): string {
  return sha256(`${id} ${at.toISOString()}`).toString('base64url').slice(0, 8)
}
