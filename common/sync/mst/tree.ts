import type { Blocks } from '../open-car.ts'
import { SyncViolation } from '../violation.ts'
import { heightOfKey } from './height.ts'
import { loadRoot, loadSubtree } from './load.ts'
import { cidOfNode, emptyNode, isEmpty, type MstNode, positionOf } from './node.ts'

/**
 * A Merkle search tree of which perhaps only a part is at hand: enough of it, for a commit, to undo its operations.
 * Ours and synchronous because this is the relay's hot path; the libraries' trees await every node.
 */
export class MerkleSearchTree {
  readonly #blocks: Blocks
  #root: MstNode

  /** @throws SyncViolation missing-block, malformed-tree */
  constructor(blocks: Blocks, root: string) {
    this.#blocks = blocks
    this.#root = loadRoot(blocks, root)
  }

  /**
   * @returns the value that was there
   * @throws SyncViolation ops-mismatch when the key is not in the tree; missing-block, malformed-tree
   */
  remove(key: string): string {
    return this.#remove(this.#root, key, heightOfKey(key))
  }

  /** @throws SyncViolation ops-mismatch when the key is in the tree already; missing-block, malformed-tree */
  insert(key: string, value: string): void {
    const height = heightOfKey(key)
    if (isEmpty(this.#root)) this.#root = emptyNode(height)
    while (this.#root.height < height) {
      this.#root = { height: this.#root.height + 1, leaves: [], subtrees: [this.#root] }
    }
    this.#insert(this.#root, key, value, height)
  }

  /**
   * The root's CID as the tree is now. What led to the key that was highest has no keys of its own, and goes with it:
   * all of it, also the part that nobody had to read until now.
   * @throws SyncViolation missing-block, malformed-tree
   */
  cid(): string {
    let root: MstNode | null = this.#root
    while (root !== null && root.leaves.length === 0) root = this.#load(root, 0)
    return cidOfNode(root ?? emptyNode())
  }

  #remove(node: MstNode, key: string, height: number): string {
    const index = positionOf(node, key)
    if (node.height > height) {
      const child = this.#load(node, index)
      if (child === null) throw new SyncViolation('ops-mismatch', `${key} is not in the tree`)
      const value = this.#remove(child, key, height)
      node.subtrees[index] = isEmpty(child) ? null : child
      return value
    }
    const leaf = node.leaves[index]
    if (leaf?.key !== key) throw new SyncViolation('ops-mismatch', `${key} is not in the tree`)
    const merged = this.#merge(this.#load(node, index), this.#load(node, index + 1))
    node.leaves.splice(index, 1)
    node.subtrees.splice(index, 2, merged)
    return leaf.value
  }

  #insert(node: MstNode, key: string, value: string, height: number): void {
    const index = positionOf(node, key)
    const subtree = this.#load(node, index)
    if (node.height > height) {
      const child = subtree ?? emptyNode(node.height - 1)
      node.subtrees[index] = child
      this.#insert(child, key, value, height)
      return
    }
    if (node.leaves[index]?.key === key) throw new SyncViolation('ops-mismatch', `${key} is still in the tree`)
    node.leaves.splice(index, 0, { key, value })
    node.subtrees.splice(index, 1, ...this.#split(subtree, key))
  }

  /** Two neighbours become one when the key between them goes. */
  #merge(left: MstNode | null, right: MstNode | null): MstNode | null {
    if (left === null || right === null) return left ?? right
    const seam = this.#merge(this.#load(left, left.leaves.length), this.#load(right, 0))
    return {
      height: left.height,
      leaves: [...left.leaves, ...right.leaves],
      subtrees: [...left.subtrees.slice(0, -1), seam, ...right.subtrees.slice(1)],
    }
  }

  /** What is before and what is after `key`. */
  #split(node: MstNode | null, key: string): [MstNode | null, MstNode | null] {
    if (node === null) return [null, null]
    const { height, leaves, subtrees } = node
    const index = positionOf(node, key)
    const [before, after] = this.#split(this.#load(node, index), key)
    const left = { height, leaves: leaves.slice(0, index), subtrees: [...subtrees.slice(0, index), before] }
    const right = { height, leaves: leaves.slice(index), subtrees: [after, ...subtrees.slice(index + 1)] }
    return [isEmpty(left) ? null : left, isEmpty(right) ? null : right]
  }

  #load(node: MstNode, index: number): MstNode | null {
    const subtree = node.subtrees[index] ?? null
    if (subtree === null) return null
    const loaded = loadSubtree(this.#blocks, subtree, node.height - 1)
    node.subtrees[index] = loaded
    return loaded
  }
}
