import { findInTree } from './mst/find.ts'
import { openCommit } from './open-commit.ts'

/**
 * What a proof is about, for who passes the proof on and has no need to believe it: no signature is checked.
 * @param car as `com.atproto.sync.getRecord` gives it
 * @param key `<collection>/<rkey>`
 * @returns DAG-CBOR of the record; undefined when the proof is that there is none
 * @throws SyncViolation when it is not the proof of anything
 */
export function recordInProof(car: Uint8Array, key: string): Uint8Array | undefined {
  const { commit, blocks } = openCommit(car)
  const cid = findInTree(blocks, commit.data, key)
  return cid === undefined ? undefined : blocks.get(cid)
}
