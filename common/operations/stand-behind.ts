import { type BuiltRecord, buildRecord, type UnplacedRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { refuseOperation } from './operation-kind.ts'

/** How a version came to be. */
export type AttestationMethod = 'mfa' | 'ci' | 'import'

/** Where a record stands in an organisation's repository, and what it is. */
export interface StoodBehind {
  /** DID. */
  org: string
  write: Pick<BuiltRecord, 'uri' | 'cid'>
  /** RFC 3339 */
  createdAt: string
}

export interface AttestedVersion extends StoodBehind {
  name: string
  version: string
  integrity: string
  method: AttestationMethod
  /** Who staged it, where somebody else approved it. */
  stagedBy?: string | undefined
  /** At-URI of the trusted publisher whose job made it. */
  publisher?: string | undefined
}

/** The record by which somebody stands behind a version. Pure. */
export function attestationOf({ org, write, ...said }: AttestedVersion): UnplacedRecord {
  const { name, version, integrity, method, stagedBy, publisher, createdAt } = said
  const fields = { org, subject: strongRef(write), name, version, integrity, method, stagedBy, publisher, createdAt }
  return buildRecord({ schema: app.npm.publish.attestation.main, rkey: write.cid, fields }, refuseOperation)
}

/** The record by which somebody stands behind anything but a version. Pure. */
export function approvalOf({ org, write, createdAt }: StoodBehind): UnplacedRecord {
  const fields = { org, subject: strongRef(write), createdAt }
  return buildRecord({ schema: app.npm.org.approval.main, rkey: write.cid, fields }, refuseOperation)
}

function strongRef({ uri, cid }: StoodBehind['write']): { uri: string; cid: string } {
  return { uri, cid }
}
