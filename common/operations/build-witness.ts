import { versionKey } from '#common/names/index.ts'
import { type BuiltRecord, type Operation, recordUri, type UnplacedRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { kindOf, type OperationInput, readOperation, writesVersion } from './kinds.ts'
import { type AttestedBeside, refuseOperation } from './operation-kind.ts'
import type { PublishInput } from './publish.ts'
import type { PublishFromCiInput } from './publish-from-ci.ts'
import type { PublishStagedInput } from './publish-staged.ts'
import { approvalOf, attestationOf } from './stand-behind.ts'

/** Where the operation writes, and what: all that a witness says about it. */
type WrittenRecord = Pick<BuiltRecord, 'uri' | 'cid'>

/**
 * The record by which a person, or a trusted publisher, stands behind a version. It goes into their own repository.
 * @param witness.write the version record the operation writes
 * @throws InvalidOperation when the operation is not a publish
 */
export function buildAttestation(witness: {
  operation: Operation
  write: WrittenRecord
  method: 'mfa' | 'ci'
  createdAt: string
}): UnplacedRecord {
  const { operation, write, method, createdAt } = witness
  const { kind, input } = readOperation(operation)
  if (!writesVersion(kind) || !isPublish(input)) throw refuseOperation('only versions are attested')
  const { name, version, integrity, stagedBy, publisher } = input
  const said = { name, version, integrity, method, stagedBy, publisher }
  return attestationOf({ org: operation.org, write, ...said, createdAt })
}

/**
 * The record by which a person stands behind anything but a version: a change of rights, a claim of a name, a tag.
 * @param witness.write the record the operation writes
 * @throws InvalidOperation when the operation writes nothing that is approved
 */
export function buildApproval(witness: {
  operation: Operation
  write: WrittenRecord
  createdAt: string
}): UnplacedRecord {
  const { operation, write, createdAt } = witness
  const { main } = app.npm.org.approval
  const { witness: ofNamed } = kindOf(operation.procedure)
  const isNamed = operation.input['record'] === write.cid
  if (ofNamed === undefined || (isNamed && ofNamed !== main.$type)) throw refuseOperation('this is not approved')
  return approvalOf({ org: operation.org, write, createdAt })
}

/**
 * Everything a person leaves in their repository for one operation: what stands behind its record, and an approval of each
 * record it writes beside.
 * @param witness.write the record the operation is named by
 */
export function buildWitnesses(witness: {
  operation: Operation
  write: WrittenRecord
  method: 'mfa' | 'ci'
  createdAt: string
}): UnplacedRecord[] {
  const { operation, createdAt } = witness
  const { kind, input } = readOperation(operation)
  const further = kind.furtherRecordsOf(operation.org, input)
  return [
    writesVersion(kind) ? buildAttestation(witness) : buildApproval(witness),
    ...further.map((write) => buildApproval({ operation, write, createdAt })),
    ...(kind.attests?.(operation.org, input) ?? []).map((version) => attestedBeside(version, createdAt)),
  ]
}

/** Stood behind by whoever approves something about it, as by who published it. */
function attestedBeside({ org, name, version, cid, integrity }: AttestedBeside, createdAt: string): UnplacedRecord {
  const write = { uri: recordUri(org, app.npm.package.version.main.$type, versionKey(name, version)), cid }
  return attestationOf({ org, write, name, version, integrity, method: 'mfa', createdAt })
}

function isPublish(input: OperationInput): input is PublishInput & Partial<PublishStagedInput & PublishFromCiInput> {
  return 'shasum' in input
}
