import { type Clock, systemClock } from '#common/clock/index.ts'
import type { PublicAccount } from '#common/identity/index.ts'
import { type ProvenState, readProven } from '../read-proven.ts'

/** A record of the public network. */
export interface PublicPlace {
  did: string
  collection: string
  rkey: string
}

/** Whom proofs of the public network are asked from, and by what they are judged. */
export interface PublicSources {
  /**
   * The account, from an operation log of the public directory that was verified from its first operation on.
   * @throws IdentityInvalid; ProofFailed when it is no account
   */
  account(did: string, options?: { fresh?: boolean }): Promise<PublicAccount>
  /** What is said to prove it, or that there is none. */
  fetchProof(place: PublicPlace, options?: { fresh?: boolean }): Promise<Uint8Array>
  clock?: Clock
}

/**
 * Proves what stands in one place of a public repository, whoever passed the proof on.
 * @param options.fresh true asks for it anew
 * @throws ProofFailed with the reason, IdentityInvalid
 */
export async function provePublicRecord(
  place: PublicPlace,
  sources: PublicSources,
  options: { fresh?: boolean } = {},
): Promise<ProvenState> {
  const keyOf = async (fresh: boolean) => (await sources.account(place.did, { fresh })).signingKey
  await keyOf(false)
  const car = await sources.fetchProof(place, options)
  return readProven(car, place, { keyOf, clock: sources.clock ?? systemClock })
}
