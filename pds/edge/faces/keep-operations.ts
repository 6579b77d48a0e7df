import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { cidOfRecord } from '#common/records/index.ts'
import type { EdgeTables } from '../database.ts'
import type { FaceContext } from './context.ts'

/** Before anybody hears of them: an account has one public identity, whoever asks for another later. @throws FaceDiffers */
export async function keepOperations({
  db,
  did,
  operations,
}: Pick<FaceContext, 'db' | 'did' | 'operations'>): Promise<void> {
  await db
    .insertInto('face')
    .values({ did, operations: JSON.stringify(operations) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await requireKept({ db, did, operations })
}

/** @throws FaceDiffers unless these are the operations the account began with */
async function requireKept({ db, did, operations }: { db: Kysely<EdgeTables>; did: string; operations: unknown[] }) {
  const kept = await db.selectFrom('face').select('operations').where('did', '=', did).executeTakeFirstOrThrow()
  if (!isSameLog(kept.operations, operations)) throw new AtollError('FaceDiffers', { did })
}

/** Whether two logs are the same, operation by operation. */
export function isSameLog(one: unknown, other: readonly unknown[]): boolean {
  return Array.isArray(one) && one.length === other.length && startsWith(other, one)
}

/** @param beginning JSON, of whoever */
export function startsWith(log: readonly unknown[], beginning: readonly unknown[]): boolean {
  return beginning.every((operation, at) => at < log.length && cidOf(operation) === cidOf(log[at]))
}

function cidOf(operation: unknown): string {
  return cidOfRecord(operation as never)
}
