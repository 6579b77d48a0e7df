import { kindOf, readOperation } from '#common/operations/index.ts'
import { parseOperation } from '#common/records/index.ts'
import type { OperationRow } from '../database/tables.ts'
import type { AskedOperation, ReceivedTarball } from './asked-operation.ts'

/** The tarball, then what says where it was built: the order in which the org PDS reads them. */
export function uploadsOf({ upload, bundle }: Pick<AskedOperation, 'upload' | 'bundle'>): ReceivedTarball[] {
  return [upload, bundle].filter((part) => part !== undefined)
}

/** Integrities of what is parked for it. */
export function parkedBy({ integrity, bundle_integrity }: OperationRow): string[] {
  return [integrity, bundle_integrity].filter((part) => part !== null)
}

/** As it is kept until it is approved. */
export function rowOf(asked: AskedOperation) {
  const { session, request, composed, upload, bundle, parked } = asked
  return {
    op: Buffer.from(composed.op),
    token_id: session.tokenId,
    did: session.did,
    request,
    bytes: Buffer.from(composed.bytes),
    record_uri: composed.write?.uri ?? '',
    record_cid: composed.write?.cid ?? '',
    integrity: upload?.digests.integrity ?? parked?.integrity ?? null,
    bundle_integrity: bundle?.digests.integrity ?? parked?.bundle_integrity ?? null,
    size: uploadsOf(asked).reduce((bytes, { digests }) => bytes + digests.size, 0),
    expires_at: new Date(composed.operation.expiry * 1000),
  }
}

/** In one sentence. */
export function summaryOf({ composed }: AskedOperation): string {
  const { kind, input } = readOperation(composed.operation)
  return kind.summary(input)
}

/** For the audit log. */
export function idsOf({ session, requester, composed }: AskedOperation) {
  return { token: session.tokenId, address: requester.address, op: Buffer.from(composed.op).toString('hex') }
}

/** What writes no record is known by its sentence. */
export function subjectOf(row: OperationRow): string {
  if (row.record_uri !== '') return row.record_uri
  const { kind, input } = readOperation(parseOperation(row.bytes))
  return kind.summary(input)
}

/** Who executes it. */
export function executorOf(procedure: string): 'org' | 'appview' {
  return kindOf(procedure).executor === 'appview' ? 'appview' : 'org'
}

/** What those who execute operations are called. */
export const executorNames = { org: 'org PDS', appview: 'AppView' } as const

/** What a message names: the package and version, or the record. */
export function aboutOf(row: OperationRow): { package: string; version?: string } {
  const { input } = parseOperation(row.bytes)
  const { name, version } = input
  if (typeof name === 'string' && typeof version === 'string') return { package: name, version }
  return { package: subjectOf(row) }
}
