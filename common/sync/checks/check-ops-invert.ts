import { cidOfNode, emptyNode } from '../mst/node.ts'
import { MerkleSearchTree } from '../mst/tree.ts'
import { SyncViolation } from '../violation.ts'
import type { OpenedCommit } from './context.ts'

const emptyTree = cidOfNode(emptyNode())

/**
 * Undoing the operations in the new tree must give the old one: so the list of operations is complete, and true.
 * Deletions are undone first: the blocks in the event suffice in this order only.
 * @throws SyncViolation ops-mismatch, missing-block, malformed-tree
 */
export function checkOpsInvert({ event, commit, blocks, repo }: OpenedCommit): void {
  const tree = new MerkleSearchTree(blocks, commit.data)
  for (const { action, path, prev } of event.ops) {
    if (action === 'delete') tree.insert(path, prev ?? '')
  }
  for (const { action, path, cid, prev } of event.ops) {
    if (action === 'delete') continue
    if (tree.remove(path) !== cid) throw new SyncViolation('ops-mismatch', `${path} has another value`)
    if (action === 'update') tree.insert(path, prev ?? '')
  }
  const before = tree.cid()
  const expected = repo.previous?.data ?? emptyTree
  if (before !== expected) throw new SyncViolation('ops-mismatch', `undone they give ${before}, not ${expected}`)
}
