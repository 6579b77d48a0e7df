import { packageKey, versionKey } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { proofFailed } from '../read-proven.ts'
import { type PublicSources, provePublicRecord } from './prove-public-record.ts'

export interface PublicClaim {
  /** Of the account that publishes. */
  did: string
  /** Normalised. */
  name: string
  version: string
}

export interface PublicRecord {
  uri: `at://${string}`
  cid: string
  /** The state of the repository in which it was proven. */
  rev: string
  record: app.npm.package.version.Main
}

/**
 * Proves the record of a public version, in the repository of its account.
 * @param foreign what is thrown when a record is proven, and says something else than is claimed
 * @throws ProofFailed with the reason, IdentityInvalid
 */
export async function provePublicVersion(
  { did, name, version }: PublicClaim,
  sources: PublicSources,
  foreign: (reason: string) => Error,
): Promise<PublicRecord> {
  const collection = app.npm.package.version.$nsid
  const rkey = versionKey(name, version)
  const { rev, proof } = await provePublicRecord({ did, collection, rkey }, sources)
  if (proof === undefined) throw proofFailed('its account has no such version')
  const parsed = app.npm.package.version.$safeParse(proof.record)
  if (!parsed.success) throw foreign('what lies in its place is no version record')
  const { value } = parsed
  if (value.name !== name || value.version !== version) throw foreign('the version record is about another version')
  if (value.package !== recordUri(did, app.npm.package.record.$nsid, packageKey(name)))
    throw foreign('the version record is of the package of another account')
  return { uri: recordUri(did, collection, rkey), cid: proof.cid, rev, record: value }
}
