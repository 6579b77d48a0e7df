import { buildApproval, buildAttestation } from '#common/operations/index.ts'
import type { BuiltRecord, Operation, RecordValue } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

export interface WitnessRequest {
  /** The person. */
  did: string
  operation: Operation
  op: Uint8Array
  /** The record the operation writes. */
  write: Pick<BuiltRecord, 'uri' | 'cid'>
}

/**
 * Writes into the person's repository that they stand behind exactly this record: an attestation of a version, an approval
 * of anything else. A witness that is there already stays, so that a second approval after a crash succeeds. When this
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
  { did, operation, op, write }: WitnessRequest,
): Promise<void> {
  const createdAt = new Date(clock.now()).toISOString()
  const isPublish = operation.procedure === app.npm.operation.publish.main.nsid
  const witness = isPublish
    ? buildAttestation({ operation, write, method: 'mfa', createdAt })
    : buildApproval({ operation, write, createdAt })
  const { collection, rkey, record } = witness
  const existing = await host.findRecord(did, collection, rkey)
  if (existing !== undefined && subjectOf(existing.record) === write.uri) return
  const approval = { by: did, procedure: operation.procedure, op }
  await host.write(did, [{ action: 'create', collection, rkey, record }], approval)
}

function subjectOf(witness: RecordValue): unknown {
  return (witness['subject'] as { uri?: unknown } | undefined)?.uri
}
