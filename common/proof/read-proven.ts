import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { decodeRecord, type RecordValue } from '#common/records/index.ts'
import { readRecordState, SyncViolation } from '#common/sync/index.ts'

export interface RecordProof {
  cid: string
  record: RecordValue
  /** The state of the repository in which it was proven. */
  rev: string
}

/** What was proven of one place in a repository. */
export interface ProvenState {
  rev: string
  /** Undefined when it is proven that there is no such record. */
  proof: RecordProof | undefined
}

/**
 * What the proof of one record proves, by the account's signature and the repository's tree.
 * @param keyOf the account's key; when a signature does not fit it is asked for anew, once
 * @throws ProofFailed with the reason, and what `keyOf` throws
 */
export async function readProven(
  car: Uint8Array,
  { did, collection, rkey }: { did: string; collection: string; rkey: string },
  { keyOf, clock }: { keyOf: (fresh: boolean) => Promise<string>; clock: Clock },
): Promise<ProvenState> {
  const read = (signingKey: string) => readRecordState(car, { did, signingKey, now: clock.now() }, { collection, rkey })
  const known = await keyOf(false)
  try {
    const { rev, record } = await attempt(read, known, () => keyOf(true))
    return { rev, proof: record && { cid: record.cid, record: decodeRecord(record.record), rev } }
  } catch (cause) {
    if (cause instanceof AtollError) throw cause
    throw proofFailed(`what ${did} is said to have written does not verify`, cause)
  }
}

async function attempt<Proven>(read: (key: string) => Proven, known: string, ask: () => Promise<string>) {
  try {
    return read(known)
  } catch (error) {
    if (!(error instanceof SyncViolation) || error.reason !== 'bad-signature') throw error
    // Keys rotate: what we remember may be older than the commit.
    const now = await ask()
    if (now === known) throw error
    return read(now)
  }
}

export function proofFailed(reason: string, cause?: unknown): AtollError {
  return new AtollError('ProofFailed', { reason }, cause)
}
