import { CidLinkWrapper, decode, encode, fromBytes, toBytes } from '@atcute/cbor'
import { BytesWrapper } from '@atcute/cbor/bytes'
import { z } from 'zod'
import { cidOfBlock } from '../cid.ts'
import { SyncViolation } from '../violation.ts'
import { heightOfKey } from './height.ts'

export interface Leaf {
  /** `<collection>/<rkey>` */
  key: string
  /** CID of the record. */
  value: string
}

/** A subtree: absent, known by its CID only, or loaded. */
export type Subtree = null | string | MstNode

/** A node of the Merkle search tree (https://atproto.com/specs/repository#mst-structure), with one more subtree than leaves. */
export interface MstNode {
  height: number
  leaves: Leaf[]
  subtrees: Subtree[]
}

const link = z.instanceof(CidLinkWrapper)
const nodeShape = z.strictObject({
  l: link.nullable(),
  e: z.array(z.strictObject({ p: z.int().min(0), k: z.instanceof(BytesWrapper), v: link, t: link.nullable() })),
})

/** ASCII only, so that comparing strings is comparing bytes. */
const keyPattern = /^[\w~.:-]+\/[\w~.:-]+$/
const maxKeyLength = 1024

export function isMstKey(key: string): boolean {
  return key.length <= maxKeyLength && keyPattern.test(key)
}

export function emptyNode(height = 0): MstNode {
  return { height, leaves: [], subtrees: [null] }
}

/** The number of leaves before `key`, which is also the index of the subtree it belongs in. */
export function positionOf(node: MstNode, key: string): number {
  const index = node.leaves.findIndex((leaf) => leaf.key >= key)
  return index === -1 ? node.leaves.length : index
}

export function isEmpty(node: MstNode): boolean {
  return node.leaves.length === 0 && node.subtrees[0] === null
}

/**
 * Decodes a node and checks what can be seen of it alone: canonical prefixes, order, and the height of every key.
 * @param height the layer it must be on; undefined for a root, whose keys tell
 * @throws SyncViolation malformed-tree
 */
export function decodeNode(block: Uint8Array, height: number | undefined): MstNode {
  const { l, e } = parseNode(block)
  const subtrees: Subtree[] = [l?.$link ?? null]
  const leaves: Leaf[] = []
  let previous = ''
  for (const { p, k, v, t } of e) {
    const key = previous.slice(0, p) + Buffer.from(fromBytes(k)).toString('latin1')
    if (p !== commonPrefixLength(previous, key) || key <= previous || !isMstKey(key)) {
      throw new SyncViolation('malformed-tree', `key ${JSON.stringify(key)} after ${JSON.stringify(previous)}`)
    }
    leaves.push({ key, value: v.$link })
    subtrees.push(t?.$link ?? null)
    previous = key
  }
  const node = { height: height ?? heightOfRoot(leaves, subtrees), leaves, subtrees }
  const misplaced = leaves.find((leaf) => heightOfKey(leaf.key) !== node.height)
  if (misplaced !== undefined) throw new SyncViolation('malformed-tree', `key ${misplaced.key} is on the wrong layer`)
  return node
}

/** @returns the node's CID, computed through every loaded subtree */
export function cidOfNode(node: MstNode): string {
  return cidOfBlock(encodeNode(node))
}

function encodeNode({ leaves, subtrees }: MstNode): Uint8Array {
  const links = subtrees.map((subtree) => {
    if (subtree === null) return null
    return { $link: typeof subtree === 'string' ? subtree : cidOfNode(subtree) }
  })
  const entries = leaves.map(({ key, value }, index) => {
    const p = commonPrefixLength(leaves[index - 1]?.key ?? '', key)
    return { p, k: toBytes(Buffer.from(key.slice(p), 'latin1')), v: { $link: value }, t: links[index + 1] }
  })
  return encode({ l: links[0], e: entries })
}

function parseNode(block: Uint8Array): z.output<typeof nodeShape> {
  try {
    return nodeShape.parse(decode(block))
  } catch (cause) {
    throw new SyncViolation('malformed-tree', 'a block is not a tree node', cause)
  }
}

function heightOfRoot(leaves: Leaf[], subtrees: Subtree[]): number {
  if (leaves[0] !== undefined) return heightOfKey(leaves[0].key)
  if (subtrees[0] === null) return 0
  throw new SyncViolation('malformed-tree', 'a root without keys above another node')
}

function commonPrefixLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return length
}
