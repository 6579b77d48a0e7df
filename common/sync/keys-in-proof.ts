import { loadRoot, loadSubtree } from './mst/load.ts'
import type { MstNode } from './mst/node.ts'
import { openCommit } from './open-commit.ts'

/**
 * Every key that a proof names: its nodes hold, beside the one that is proven, that key's neighbours.
 * @param car as `com.atproto.sync.getRecord` gives it
 * @returns `<collection>/<rkey>`
 * @throws SyncViolation when it is not the proof of anything
 */
export function keysInProof(car: Uint8Array): string[] {
  const { commit, blocks } = openCommit(car)
  const keys: string[] = []
  const walk = (node: MstNode): void => {
    keys.push(...node.leaves.map(({ key }) => key))
    for (const subtree of node.subtrees) {
      if (typeof subtree === 'string' && blocks.has(subtree)) walk(loadSubtree(blocks, subtree, node.height - 1))
    }
  }
  walk(loadRoot(blocks, commit.data))
  return keys
}
