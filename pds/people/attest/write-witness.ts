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
 * of anything else. A witness that is there already stays, so that a second approval after a crash succeeds.
 * @throws RecordExists when the same record was approved for another place
 */
export async function writeWitness(
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
