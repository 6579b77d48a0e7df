import type { Attested } from '#common/authz/index.ts'
import { app } from '#lexicons'
import { checkWitness } from '../check-witness.ts'
import { proofFailed, type RecordProof, type WantedRecord } from '../fetch-record-proof.ts'
import { type ClaimedRight, readRight, type ShownRight } from './read-right.ts'
import { weighEvidence } from './weigh-evidence.ts'

/** More than anybody's right needs: a rule and a team for each step from the registry's managers down to a person. */
export const maxRights = 32
export const maxMemberships = 32

/** By which rights somebody is said to have been entitled. It is a hint: where to look, and nothing more. */
export interface EntitlementHint {
  rights: readonly ClaimedRight[]
  /** DIDs of those who are in a team by a group of their identity provider. */
  memberships: readonly string[]
}

export interface EntitlementClaim extends EntitlementHint {
  /** DID of the organisation. */
  org: string
  /** DID of the registry. */
  registry: string
  /** What the attestation says, once that is proven. */
  attested: Attested
}

/** Proves one record, or that there is none: `fetchRecordProof`, and what remembers it. */
export type ProveRecord = (wanted: WantedRecord) => Promise<RecordProof | undefined>

/**
 * Proves that who attested a version was given the right to: every right on the way from the managers that the registry's repository
 * names was approved by somebody who had the right to, in their own repository on the people PDS. Records have no trusted time,
 * so not that the right stood at that very moment, nor that nothing denied it.
 * @throws ProofFailed with the reason; ComponentUnavailable, DirectoryUnavailable, IdentityInvalid
 */
export async function proveEntitlement(claim: EntitlementClaim, prove: ProveRecord): Promise<void> {
  const { org, attested, memberships } = claim
  if (claim.rights.length > maxRights || memberships.length > maxMemberships)
    throw proofFailed('more is shown for it than anybody’s right needs')
  const shown = claim.rights.map((right) => readRight(right, org))
  const managers = await proveManagers(claim, prove)
  for (const right of shown) await proveApproval(right, org, prove)
  const groups = new Map<string, readonly string[]>()
  for (const did of memberships) groups.set(did, await proveGroups(did, prove))
  const wrong = await weighEvidence(attested, { managers, rights: shown, groups })
  if (wrong !== undefined) throw proofFailed(wrong)
}

async function proveManagers({ org, registry }: EntitlementClaim, prove: ProveRecord): Promise<readonly string[]> {
  const { $nsid: collection } = app.npm.registry.org
  const proof = await prove({ did: registry, role: 'people', collection, rkey: org })
  const parsed = proof && app.npm.registry.org.$safeParse(proof.record)
  if (parsed?.success !== true || parsed.value.org !== org) throw proofFailed(`the registry does not name ${org}`)
  // Not the temporary ones: nothing proves that what they approved was approved in their time.
  return parsed.value.managers
}

async function proveApproval(right: ShownRight, org: string, prove: ProveRecord): Promise<void> {
  const { $nsid: collection } = app.npm.org.approval
  const { uri, cid, record, approvedBy } = right
  const proof = await prove({ did: approvedBy, role: 'people', collection, rkey: cid })
  const subject = { uri: uri as `at://${string}`, cid, record, org }
  const wrong = proof === undefined ? 'there is none' : checkWitness(collection, proof.record, subject)
  if (wrong !== undefined) throw proofFailed(`the approval of ${uri} by ${approvedBy} does not count: ${wrong}`)
}

async function proveGroups(did: string, prove: ProveRecord): Promise<readonly string[]> {
  const { $nsid: collection } = app.npm.org.membership
  const proof = await prove({ did, role: 'people', collection, rkey: 'self' })
  const parsed = proof && app.npm.org.membership.$safeParse(proof.record)
  return parsed?.success === true ? parsed.value.groups : []
}
