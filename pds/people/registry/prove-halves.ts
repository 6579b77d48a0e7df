import type { AtUriString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { ClaimableName } from '#common/names/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { findWitness } from '../attest/index.ts'
import type { Registry } from './registry-word.ts'

/** An organisation's half: exactly which record, and when it was written. */
export interface Half {
  ref: { uri: AtUriString; cid: string }
  createdAt: string
}

/**
 * The claim is in the organisation's repository, with proof, and somebody approved it here.
 * @throws NotClaimed; ProofFailed, ComponentUnavailable
 */
export async function proveClaim(registry: Registry, org: string, { name, key }: ClaimableName): Promise<Half> {
  const { main } = app.npm.name.claim
  const refuse = (reason?: string) => new AtollError('NotClaimed', { org, package: name, reason })
  const proof = await fetchRecordProof({ did: org, role: 'org', collection: main.$type, rkey: key }, registry.proofs)
  const claim = main.safeParse(proof?.record)
  if (proof === undefined || !claim.success || claim.value.name !== name) throw refuse()
  if (claim.value.retired === true) throw refuse('it took its claim back')
  // A broken org PDS can write a claim; only people approve one.
  if ((await findWitness(registry, proof.cid)) === undefined) throw refuse('nobody approved the claim')
  return halfOf(org, { collection: main.$type, key, cid: proof.cid, createdAt: claim.value.createdAt })
}

/**
 * Likewise, that an organisation hands a name over to exactly this other one.
 * @throws NotTransferred; ProofFailed, ComponentUnavailable
 */
export async function proveTransfer(
  registry: Registry,
  { from, to }: { from: string; to: string },
  { name, key }: ClaimableName,
): Promise<Half> {
  const { main } = app.npm.name.transfer
  const refuse = (reason?: string) => new AtollError('NotTransferred', { org: from, to, package: name, reason })
  const proof = await fetchRecordProof({ did: from, role: 'org', collection: main.$type, rkey: key }, registry.proofs)
  const transfer = main.safeParse(proof?.record)
  if (proof === undefined || !transfer.success || transfer.value.name !== name) throw refuse()
  if (transfer.value.to !== to) throw refuse(`it hands it over to ${transfer.value.to}`)
  if (transfer.value.retired === true) throw refuse('it called that off')
  if ((await findWitness(registry, proof.cid)) === undefined) throw refuse('nobody approved the transfer')
  return halfOf(from, { collection: main.$type, key, cid: proof.cid, createdAt: transfer.value.createdAt })
}

function halfOf(
  org: string,
  { collection, key, cid, createdAt }: { collection: string; key: string; cid: string; createdAt: string },
): Half {
  return { ref: { uri: recordUri(org, collection, key) as AtUriString, cid }, createdAt }
}
