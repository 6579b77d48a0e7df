import { readBounded } from '#common/bodies/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Account, AccountRole, Identities } from '#common/identity/index.ts'
import { decodeRecord, type RecordValue } from '#common/records/index.ts'
import { type ProvenRecord, readRecordProof, SyncViolation } from '#common/sync/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'

/** Whom proofs are asked from, and by what they are judged. */
export interface ProofSources {
  identities: Identities
  /** The host of each role. */
  peers: Record<AccountRole, Pick<PeerClient, 'fetch'>>
  clock?: Clock
}

export interface RecordProof {
  cid: string
  record: RecordValue
  /** The state of the repository in which it was proven. */
  rev: string
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
  const account = hostedAccount(wanted, await sources.identities.resolve(did))
  const response = await sources.peers[role].fetch(atproto.getRecord, { did, collection, rkey })
  try {
    const car = await readBounded(response.body, maxProofBytes)
    const proven = await verify(car, wanted, account, sources)
    return proven && { cid: proven.cid, record: decodeRecord(proven.record), rev: proven.rev }
  } catch (cause) {
    if (cause instanceof AtollError) throw cause
    throw proofFailed(`what ${did} is said to have written does not verify`, cause)
  }
}

export function proofFailed(reason: string, cause?: unknown): AtollError {
  return new AtollError('ProofFailed', { reason }, cause)
}

async function verify(
  car: Uint8Array,
  wanted: WantedRecord,
  account: Account,
  { identities, clock = systemClock }: ProofSources,
): Promise<ProvenRecord | undefined> {
  const { did } = wanted
  try {
    return readRecordProof(car, { did, signingKey: account.signingKey, now: clock.now() }, wanted)
  } catch (error) {
    if (!(error instanceof SyncViolation) || error.reason !== 'bad-signature') throw error
    // Keys rotate: what we remember may be older than the commit.
    const { signingKey } = hostedAccount(wanted, await identities.resolve(did, { fresh: true }))
    if (signingKey === account.signingKey) throw error
    return readRecordProof(car, { did, signingKey, now: clock.now() }, wanted)
  }
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
