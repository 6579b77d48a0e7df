import { checkRevIsNotInFuture } from './checks/check-rev-is-not-in-future.ts'
import { checkSignature } from './checks/check-signature.ts'
import type { KnownRepo } from './checks/context.ts'
import { findInTree } from './mst/find.ts'
import { openCommit } from './open-commit.ts'
import { SyncViolation } from './violation.ts'

export interface ProvenRecord {
  cid: string
  /** DAG-CBOR of the record. */
  record: Uint8Array
  rev: string
}

/**
 * Verifies the proof of one record, as `com.atproto.sync.getRecord` gives it: signature, account, the tree nodes on the
 * way to the record, and the record's own bytes.
 * @param car the body of the answer; the caller bounds its size
 * @returns undefined when it proves that there is no such record
 * @throws SyncViolation; `bad-signature`: try again, once, with the account's key fetched anew
 */
export function readRecordProof(
  car: Uint8Array,
  repo: Pick<KnownRepo, 'did' | 'signingKey' | 'now'>,
  { collection, rkey }: { collection: string; rkey: string },
): ProvenRecord | undefined {
  return readRecordState(car, repo, { collection, rkey }).record
}

/**
 * The same, and in which state of the repository it was so: also of what is not there.
 * @throws SyncViolation
 */
export function readRecordState(
  car: Uint8Array,
  repo: Pick<KnownRepo, 'did' | 'signingKey' | 'now'>,
  { collection, rkey }: { collection: string; rkey: string },
): { rev: string; record: ProvenRecord | undefined } {
  const { commit, blocks } = openCommit(car)
  checkRevIsNotInFuture({ commit, repo })
  checkSignature({ commit, repo })
  if (commit.did !== repo.did) throw new SyncViolation('envelope-mismatch', 'another account')
  const cid = findInTree(blocks, commit.data, `${collection}/${rkey}`)
  const { rev } = commit
  if (cid === undefined) return { rev, record: undefined }
  const record = blocks.get(cid)
  if (record === undefined) throw new SyncViolation('missing-block', `record ${cid}`)
  return { rev, record: { cid, record, rev } }
}
