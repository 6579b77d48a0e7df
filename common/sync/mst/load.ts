import type { Blocks } from '../open-car.ts'
import { SyncViolation } from '../violation.ts'
import { decodeNode, type MstNode, type Subtree } from './node.ts'

/**
 * A root node by its CID.
 * @throws SyncViolation missing-block, malformed-tree
 */
export function loadRoot(blocks: Blocks, cid: string): MstNode {
  return decodeNode(blockOf(blocks, cid), undefined)
}

/**
 * A subtree one layer below its parent. Nodes without keys only bridge layers: something must be below them.
 * @throws SyncViolation missing-block, malformed-tree
 */
export function loadSubtree(blocks: Blocks, subtree: Exclude<Subtree, null>, height: number): MstNode {
  if (typeof subtree !== 'string') return subtree
  const node = decodeNode(blockOf(blocks, subtree), height)
  if (height < 0 || (node.leaves.length === 0 && node.subtrees[0] === null)) {
    throw new SyncViolation('malformed-tree', 'an empty node below the root')
  }
  return node
}

function blockOf(blocks: Blocks, cid: string): Uint8Array {
  const block = blocks.get(cid)
  if (block === undefined) throw new SyncViolation('missing-block', `tree node ${cid}`)
  return block
}
