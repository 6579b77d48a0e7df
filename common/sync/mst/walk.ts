import type { Blocks } from '../open-car.ts'
import { SyncViolation } from '../violation.ts'
import { loadRoot, loadSubtree } from './load.ts'
import type { Leaf, MstNode } from './node.ts'

/**
 * Every record of a complete tree, in order; each node's place, height and keys are checked on the way.
 * @throws SyncViolation missing-block, malformed-tree
 */
export function* walkTree(blocks: Blocks, root: string): Generator<Leaf> {
  let previous = ''
  for (const leaf of walkNode(blocks, loadRoot(blocks, root))) {
    if (leaf.key <= previous) throw new SyncViolation('malformed-tree', `key ${leaf.key} after ${previous}`)
    previous = leaf.key
    yield leaf
  }
}

function* walkNode(blocks: Blocks, node: MstNode): Generator<Leaf> {
  for (const [index, subtree] of node.subtrees.entries()) {
    if (subtree !== null) yield* walkNode(blocks, loadSubtree(blocks, subtree, node.height - 1))
    const leaf = node.leaves[index]
    if (leaf !== undefined) yield leaf
  }
}
