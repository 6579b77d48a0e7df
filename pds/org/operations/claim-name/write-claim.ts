import { AtollError } from '#common/errors/index.ts'
import type { ClaimNameInput } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import type { StoredRecord } from '#pds/host/index.ts'
import { supersedes } from '../../supersedes.ts'
import { type OperationContext, required } from '../context.ts'

/**
 * A claim that stands is not written over: the registry's grant names it by its CID, so another one in its place would be a name
 * without a grant. One that was taken back is superseded.
 * @throws InvalidOperation when the name is claimed already, by another record
 */
export async function writeClaim(context: OperationContext<ClaimNameInput>): Promise<void> {
  const { caller, input, kind, op, operation, services } = context
  const by = required(caller, 'verifyCaller').did
  const record = kind.recordOf(operation.org, input)
  const existing = await services.host.findRecord(operation.org, record.collection, record.rkey)
  if (existing !== undefined) checkMaySupersede(record, existing, input.name)
  const write = { action: existing === undefined ? ('create' as const) : ('put' as const), ...record }
  try {
    await services.host.write(operation.org, [write], { by, procedure: kind.procedure, op })
  } catch (error) {
    if (!(error instanceof AtollError) || error.code !== 'RecordExists') throw error
    throw claimedAlready(input.name, error)
  }
}

function checkMaySupersede(record: BuiltRecord, existing: StoredRecord, name: string): void {
  if (existing.cid === record.cid) return
  if (existing.record['retired'] !== true) throw claimedAlready(name)
  if (!supersedes(record, existing)) {
    throw new AtollError('InvalidOperation', { reason: `${name} was released in the meantime: ask for it again` })
  }
}

function claimedAlready(name: string, cause?: unknown): AtollError {
  return new AtollError('InvalidOperation', { reason: `${name} is claimed already` }, cause)
}
