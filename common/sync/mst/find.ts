import type { Blocks } from '../open-car.ts'
import { SyncViolation } from '../violation.ts'
import { heightOfKey } from './height.ts'
import { loadRoot, loadSubtree } from './load.ts'
import { isMstKey, positionOf } from './node.ts'

/**
 * The value of one key, from the nodes on the way to it; the rest of the tree need not be there.
 * @returns undefined when those nodes prove that the key is not in the tree
 * @throws SyncViolation missing-block, malformed-tree
 */
export function findInTree(blocks: Blocks, root: string, key: string): string | undefined {
  if (!isMstKey(key)) throw new SyncViolation('malformed-tree', `${JSON.stringify(key)} cannot be a key`)
  const height = heightOfKey(key)
  let node = loadRoot(blocks, root)
  while (node.height > height) {
    const subtree = node.subtrees[positionOf(node, key)] ?? null
    if (subtree === null) return undefined
    node = loadSubtree(blocks, subtree, node.height - 1)
  }
  return node.leaves.find((leaf) => leaf.key === key)?.value
}
