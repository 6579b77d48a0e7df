import { buildWitnesses } from '#common/operations/index.ts'
import type { BuiltRecord, Operation, RecordValue, UnplacedRecord } from '#common/records/index.ts'
import type { RecordWrite } from '#pds/host/index.ts'
import type { PeopleContext } from '../context.ts'

export interface WitnessRequest {
  /** The person. */
  did: string
  operation: Operation
  op: Uint8Array
  /** The record the operation is named by. */
  write: Pick<BuiltRecord, 'uri' | 'cid'>
  /** `ci` in a trusted publisher's repository. */
  method?: 'mfa' | 'ci'
}

/**
 * Writes into the person's repository that they stand behind exactly what the operation writes: an attestation of a version,
 * an approval of anything else; one commit. A witness that is there already stays, so that a second approval after a crash succeeds. When this
 * returns, `findWitness` knows it.
 * @throws RecordExists when the same record was approved for another place
 */
export async function writeWitness(
  context: Pick<PeopleContext, 'db' | 'host' | 'clock'>,
  request: WitnessRequest,
): Promise<void> {
  await putWitness(context, request)
  // After the record, and before the code is released: a version whose row is missing was not published yet.
  const values = { record: request.write.cid, did: request.did, witnessed_at: new Date(context.clock.now()) }
  await context.db
    .insertInto('witness')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function putWitness(
  { host, clock }: Pick<PeopleContext, 'host' | 'clock'>,
  { did, operation, op, write, method = 'mfa' }: WitnessRequest,
): Promise<void> {
  const createdAt = new Date(clock.now()).toISOString()
  const writes: RecordWrite[] = []
  for (const witness of buildWitnesses({ operation, write, method, createdAt })) {
    if (!(await isThere(host, did, witness))) writes.push({ action: 'create', ...witness })
  }
  if (writes.length > 0) await host.write(did, writes, { by: did, procedure: operation.procedure, op })
}

/** A witness of the same record is the same witness, whenever it was made. */
async function isThere(host: PeopleContext['host'], did: string, witness: UnplacedRecord): Promise<boolean> {
  const { collection, rkey, record } = witness
  const existing = await host.findRecord(did, collection, rkey)
  return existing !== undefined && subjectOf(existing.record) === subjectOf(record)
}

function subjectOf(witness: RecordValue): unknown {
  return (witness['subject'] as { uri?: unknown } | undefined)?.uri
}
