import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import { checkWitness } from '../check-witness.ts'
import { proofFailed } from '../read-proven.ts'
import { type PublicSources, provePublicRecord } from './prove-public-record.ts'
import type { PublicRecord } from './prove-public-version.ts'

export type Parties =
  /** Nobody but the account itself stands for its versions. */
  | { kind: 'single' }
  /** Somebody whom it lists attests exactly this record. */
  | { kind: 'two'; attestedBy: string }
  /** It lists publishers, and of those none does. */
  | { kind: 'unattested'; listed: readonly string[]; reason: string }

/** Of an organisation that lists more, not all can be asked about each version. */
const maxAsked = 30

/**
 * Who stands for a public version beside its account, by the list that stands in its repository today. That a list stood there earlier cannot
 * be proven.
 * @param hint who is said to attest it; asked first, when listed
 * @throws ProofFailed with the reason, IdentityInvalid
 */
export async function proveParties(
  did: string,
  version: PublicRecord,
  hint: string | undefined,
  sources: PublicSources,
): Promise<Parties> {
  const listed = await listedBy(did, version.rev, sources)
  if (listed.length === 0) return { kind: 'single' }
  let failed: unknown
  let reason = `none of the ${listed.length} publishers that its organisation lists attests it`
  for (const author of inOrder(listed, hint)) {
    try {
      const wrong = await wrongWith(author, { org: did, ...version }, sources)
      if (wrong === undefined) return { kind: 'two', attestedBy: author }
      if (wrong !== 'absent') reason = `the attestation of ${author} does not count, ${wrong}`
    } catch (error) {
      // Another may stand for it.
      failed ??= error
    }
  }
  if (failed !== undefined && !isProofOf(failed)) throw failed
  if (failed instanceof AtollError) reason = String(failed.details['reason'] ?? failed.message)
  return { kind: 'unattested', listed, reason }
}

/** @param since the list of an earlier state of the repository is none: who shows it may hide that there is one by now */
async function listedBy(did: string, since: string, sources: PublicSources): Promise<readonly string[]> {
  const place = { did, collection: app.npm.org.publishers.$nsid, rkey: 'self' }
  let list = await provePublicRecord(place, sources)
  // It may have been asked for before something was published.
  if (list.rev < since) list = await provePublicRecord(place, sources, { fresh: true })
  if (list.rev < since) throw proofFailed('the list of publishers that is shown is older than the version')
  const parsed = list.proof && app.npm.org.publishers.$safeParse(list.proof.record)
  // An organisation cannot be its own second party.
  return parsed?.success === true ? [...new Set(parsed.value.publishers)].filter((one) => one !== did) : []
}

function inOrder(listed: readonly string[], hint: string | undefined): readonly string[] {
  const first = hint !== undefined && listed.includes(hint) ? [hint] : []
  return [...new Set([...first, ...listed])].slice(0, maxAsked)
}

/** @returns undefined when it counts */
async function wrongWith(
  author: string,
  { org, ...version }: PublicRecord & { org: string },
  sources: PublicSources,
): Promise<string | undefined> {
  const collection = app.npm.publish.attestation.$nsid
  const { proof } = await provePublicRecord({ did: author, collection, rkey: version.cid }, sources)
  if (proof === undefined) return 'absent'
  const { uri, cid, record } = version
  return checkWitness(collection, proof.record, { org, uri, cid, record: { ...record } })
}

/** It is known to be wrong, or nobody shows it, rather than that somebody could not be asked. */
function isProofOf(error: unknown): boolean {
  return error instanceof AtollError && ['ProofFailed', 'IdentityInvalid', 'NotFound'].includes(error.code)
}
