import { readBounded } from '#common/bodies/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Account, AccountRole, Identities } from '#common/identity/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import { proofFailed, type RecordProof, readProven } from './read-proven.ts'

export { proofFailed, type RecordProof } from './read-proven.ts'

/** Whom proofs are asked from, and by what they are judged. */
export interface ProofSources {
  identities: Identities
  /** The host of each role. */
  peers: Record<AccountRole, Pick<PeerClient, 'fetch'>>
  clock?: Clock
}

export interface WantedRecord {
  did: string
  /** Roles bind to hosts: on which kind of host the account has to be. */
  role: AccountRole
  collection: string
  rkey: string
}

// A version record carries up to 256 KiB of manifest; the nodes on the way to it are a few KiB each.
const maxProofBytes = 4_000_000

/**
 * Fetches one record from the PDS of its account, and proves it by the account's signature and the repository's tree.
 * @returns undefined when it is proven that there is no such record
 * @throws ProofFailed with the reason; ComponentUnavailable, DirectoryUnavailable, IdentityInvalid
 */
export async function fetchRecordProof(wanted: WantedRecord, sources: ProofSources): Promise<RecordProof | undefined> {
  const { did, role, collection, rkey } = wanted
  const { identities, peers, clock = systemClock } = sources
  const keyOf = async (fresh: boolean) => hostedAccount(wanted, await identities.resolve(did, { fresh })).signingKey
  // Whoever is not where it belongs is not asked.
  await keyOf(false)
  const response = await peers[role].fetch(atproto.getRecord, { did, collection, rkey })
  const car = await readBounded(response.body, maxProofBytes).catch((cause: unknown) => {
    if (cause instanceof AtollError) throw cause
    throw proofFailed(`what ${did} is said to have written does not verify`, cause)
  })
  return (await readProven(car, wanted, { keyOf, clock })).proof
}

/** @throws ProofFailed when the account is not where its role belongs */
export function hostedAccount(
  { did, role }: Pick<WantedRecord, 'did' | 'role'>,
  account: Account | undefined,
): Account {
  if (account === undefined) throw proofFailed(`${did} is not an account of this network`)
  if (account.role !== role) throw proofFailed(`${did} is not hosted where ${role} accounts are`)
  return account
}
