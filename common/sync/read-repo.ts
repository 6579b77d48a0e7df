import { checkRevIsNotInFuture } from './checks/check-rev-is-not-in-future.ts'
import { checkSignature } from './checks/check-signature.ts'
import { checkStateIsNotOlder } from './checks/check-state-is-not-older.ts'
import type { KnownRepo } from './checks/context.ts'
import { walkTree } from './mst/walk.ts'
import type { Blocks } from './open-car.ts'
import { openCommit } from './open-commit.ts'
import { SyncViolation } from './violation.ts'

export interface RepoRecord {
  collection: string
  rkey: string
  cid: string
  /** DAG-CBOR of the record. */
  record: Uint8Array
}

export interface VerifiedRepo {
  did: string
  /** CID of the commit. */
  cid: string
  /** DAG-CBOR of the signed commit. */
  commit: Uint8Array
  rev: string
  data: string
  /** Every record, in the order of collection and rkey. */
  records: RepoRecord[]
}

/**
 * Verifies a whole repository, as `getRepo` gives it: signature, every tree node, every record.
 * An older state than `previous` is refused, so that a host cannot roll an account back by way of a resync.
 * @param car the body of the answer; the caller bounds its size
 * @throws SyncViolation; `bad-signature`: try again, once, with the account's key fetched anew
 */
export function readRepo(car: Uint8Array, repo: KnownRepo): VerifiedRepo {
  const { commit, blocks } = openCommit(car)
  checkRevIsNotInFuture({ commit, repo })
  checkSignature({ commit, repo })
  if (commit.did !== repo.did) throw new SyncViolation('envelope-mismatch', 'another account')
  checkStateIsNotOlder(commit, repo.previous)
  const records = Array.from(walkTree(blocks, commit.data), ({ key, value }) => {
    // Whatever comes after the first slash: two keys are never taken for one place.
    const slash = key.indexOf('/')
    const [collection, rkey] = [key.slice(0, slash), key.slice(slash + 1)]
    return { collection, rkey, cid: value, record: blockOf(blocks, value, key) }
  })
  const commitBytes = blockOf(blocks, commit.cid, 'commit')
  return { did: commit.did, cid: commit.cid, commit: commitBytes, rev: commit.rev, data: commit.data, records }
}

function blockOf(blocks: Blocks, cid: string, what: string): Uint8Array {
  const block = blocks.get(cid)
  if (block === undefined) throw new SyncViolation('missing-block', what)
  return block
}
