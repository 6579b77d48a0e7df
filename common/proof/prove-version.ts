import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { fetchRecordProof, type ProofSources, proofFailed, type RecordProof } from './fetch-record-proof.ts'
import { proveWitness } from './prove-witness.ts'

export interface ProvenVersion {
  /** The version record. */
  record: app.npm.package.version.Main
  /** Its CID. */
  cid: string
  /** The attestation that stands behind it. */
  attestation: RecordProof
}

export interface VersionClaim {
  /** DID of the organisation. */
  org: string
  /** Normalised. */
  name: string
  version: string
  /** DID of the person, or trusted publisher, who is said to have published it. */
  attestedBy: string
}

/**
 * Proves both halves of a version: the record in the organisation's repository, on an org PDS, and the attestation in a
 * person's repository, on the people PDS. Whether that person may publish is not answered here.
 * @throws ProofFailed with the reason; ComponentUnavailable, DirectoryUnavailable, IdentityInvalid
 */
export async function proveVersion(claim: VersionClaim, sources: ProofSources): Promise<ProvenVersion> {
  const { name, version, attestedBy } = claim
  try {
    const { cid, record } = await proveRecord(claim, sources)
    const collection = app.npm.publish.attestation.main.$type
    const uri = recordUri(claim.org, app.npm.package.version.main.$type, versionKey(name, version))
    const subject = { uri, cid, record: { ...record }, org: claim.org }
    const attestation = await proveWitness({ did: attestedBy, collection, subject }, sources)
    return { record, cid, attestation }
  } catch (error) {
    if (!(error instanceof AtollError) || !['ProofFailed', 'NotAttested'].includes(error.code)) throw error
    throw new AtollError('ProofFailed', { package: name, version, reason: reasonOf(error) }, error)
  }
}

async function proveRecord({ org, name, version }: VersionClaim, sources: ProofSources) {
  const collection = app.npm.package.version.main.$type
  const rkey = versionKey(name, version)
  const proof = await fetchRecordProof({ did: org, role: 'org', collection, rkey }, sources)
  if (proof === undefined) throw proofFailed('its organisation has no such version')
  const parsed = app.npm.package.version.main.safeParse(proof.record)
  if (!parsed.success) throw proofFailed('the version record is not valid', parsed.reason)
  if (parsed.value.name !== name || parsed.value.version !== version) {
    throw proofFailed('the version record is about another version')
  }
  return { cid: proof.cid, record: parsed.value }
}

function reasonOf({ code, details }: AtollError): string {
  return code === 'NotAttested' ? `its attestation does not count, ${details['reason']}` : `${details['reason']}`
}
