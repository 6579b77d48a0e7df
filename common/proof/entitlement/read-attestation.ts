import type { Attested } from '#common/authz/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import { app } from '#lexicons'
import { proofFailed } from '../fetch-record-proof.ts'

/**
 * What of a proven attestation decides who has to be entitled to what.
 * @param author DID of the repository it is in
 * @throws ProofFailed
 */
export function readAttestation(author: string, record: RecordValue): Attested {
  const parsed = app.npm.publish.attestation.$safeParse(record)
  if (!parsed.success) throw proofFailed('the attestation is not valid', parsed.reason)
  const { name, method, stagedBy = null, publisher = null } = parsed.value
  return { name, author, method, stagedBy, publisher }
}
