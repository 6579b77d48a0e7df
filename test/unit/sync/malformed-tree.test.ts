import { encode, toBytes } from '@atcute/cbor'
import { expect, it } from 'vitest'
import { cidOfBlock } from '#common/sync/cid.ts'
import { walkTree } from '#common/sync/mst/walk.ts'

interface Entry {
  key: string
  /** Of the key, how much is said to be shared with the one before. */
  prefix?: number
  right?: string
}

const value = 'bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454'
const link = (cid: string | undefined) => (cid === undefined ? null : { $link: cid })

// The digit in these keys is the layer they belong on.
const [a0, b0, c0, d1, e0] = ['A0/374913', 'B0/601692', 'C0/451630', 'B1/986427', 'E0/670489'] as const

/** Blocks of a tree that nobody checked while it was made. */
class Forger {
  readonly blocks = new Map<string, Uint8Array>()

  node(entries: Entry[], left?: string): string {
    const e = entries.map(({ key, prefix = 0, right }) => ({
      ...{ p: prefix, k: toBytes(Buffer.from(key.slice(prefix))) },
      ...{ v: link(value), t: link(right) },
    }))
    return this.put({ l: link(left), e })
  }

  put(block: unknown): string {
    const bytes = encode(block)
    this.blocks.set(cidOfBlock(bytes), bytes)
    return cidOfBlock(bytes)
  }

  keys(root: string): string[] {
    return Array.from(walkTree(this.blocks, root), (leaf) => leaf.key)
  }
}

const malformed = expect.objectContaining({ reason: 'malformed-tree' })

it('reads a tree that is as it should be', () => {
  const forger = new Forger()
  const root = forger.node([{ key: d1, right: forger.node([{ key: c0 }, { key: e0 }]) }], forger.node([{ key: a0 }]))
  expect(forger.keys(root)).toEqual([a0, d1, c0, e0])
})

it.each<[string, (forger: Forger) => string]>([
  ['a key on a layer that is not its own', (f) => f.node([{ key: a0 }, { key: d1 }])],
  ['a subtree as high as its parent', (f) => f.node([{ key: b0 }], f.node([{ key: a0 }]))],
  ['keys out of order in a node', (f) => f.node([{ key: b0 }, { key: a0 }])],
  ['keys out of order between nodes', (f) => f.node([{ key: d1 }], f.node([{ key: c0 }]))],
  ['a key twice', (f) => f.node([{ key: a0 }, { key: a0, prefix: a0.length }])],
  ['a prefix that is not the longest', (f) => f.node([{ key: 'E0/670489' }, { key: 'E0/670490', prefix: 3 }])],
  ['an empty node below the root', (f) => f.node([{ key: d1 }], f.node([]))],
  ['a root that only leads to another', (f) => f.node([], f.node([{ key: a0 }]))],
  ['a key that is no path', (f) => f.node([{ key: 'no path' }])],
  ['a node that is something else', (f) => f.put({ hello: 'world' })],
  ['a node with more in it than a node has', (f) => f.put({ l: null, e: [], extra: 1 })],
])('refuses %s', (_, forge) => {
  const forger = new Forger()
  const root = forge(forger)
  expect(() => forger.keys(root)).toThrow(malformed)
})
