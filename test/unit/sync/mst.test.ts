import { parseCid } from '@atproto/lex-data'
import { MemoryBlockstore, MST } from '@atproto/repo'
import { describe, expect, it } from 'vitest'
import { SyncViolation } from '#common/sync/index.ts'
import { heightOfKey } from '#common/sync/mst/height.ts'
import { MerkleSearchTree } from '#common/sync/mst/tree.ts'
import { walkTree } from '#common/sync/mst/walk.ts'
import { interopJson, interopLines } from '#test/support/interop.ts'

interface CommitProof {
  comment: string
  leafValue: string
  keys: string[]
  adds: string[]
  dels: string[]
  rootBeforeCommit: string
  rootAfterCommit: string
  blocksInProof: string[]
}

async function blocksOf(keys: string[], value: string): Promise<{ root: string; blocks: Map<string, Uint8Array> }> {
  let tree = await MST.create(new MemoryBlockstore())
  for (const key of keys) tree = await tree.add(key, parseCid(value))
  const { root, blocks } = await tree.getUnstoredBlocks()
  return { root: root.toString(), blocks: new Map(blocks.entries().map(({ cid, bytes }) => [cid.toString(), bytes])) }
}

const proofs = interopJson<CommitProof>('firehose/commit-proof-fixtures.json')
const value = proofs[0]?.leafValue ?? ''

describe('the layer of a key', () => {
  it.each(interopJson<{ key: string; height: number }>('mst/key_heights.json'))('of "$key" is $height', (vector) => {
    expect(heightOfKey(vector.key)).toBe(vector.height)
  })

  it('is the digit in the example keys', () => {
    for (const key of interopLines('mst/example_keys.txt')) expect(heightOfKey(key)).toBe(Number(key[1]))
  })
})

describe.each(proofs)('a commit that is a $comment', (proof) => {
  const after = proof.keys.filter((key) => !proof.dels.includes(key)).concat(proof.adds)

  it('changes the root as the vector says', async () => {
    const { root, blocks } = await blocksOf(proof.keys, proof.leafValue)
    expect(root).toBe(proof.rootBeforeCommit)
    const tree = new MerkleSearchTree(blocks, root)
    for (const key of proof.adds) tree.insert(key, proof.leafValue)
    for (const key of proof.dels) expect(tree.remove(key)).toBe(proof.leafValue)
    expect(tree.cid()).toBe(proof.rootAfterCommit)
  })

  it('can be undone with the blocks of its proof alone, deletions first', async () => {
    const { root, blocks } = await blocksOf(after, proof.leafValue)
    expect(root).toBe(proof.rootAfterCommit)
    const partial = new Map([...blocks].filter(([cid]) => proof.blocksInProof.includes(cid)))
    const tree = new MerkleSearchTree(partial, root)
    for (const key of proof.dels) tree.insert(key, proof.leafValue)
    for (const key of proof.adds) tree.remove(key)
    expect(tree.cid()).toBe(proof.rootBeforeCommit)
  })
})

describe('the tree', () => {
  it('agrees with the reference implementation in any order of insertions and removals', async () => {
    const keys = interopLines('mst/example_keys.txt')
    const { root, blocks } = await blocksOf(keys, value)
    const tree = new MerkleSearchTree((await blocksOf([], value)).blocks, (await blocksOf([], value)).root)
    for (const key of keys.toReversed()) tree.insert(key, value)
    expect(tree.cid()).toBe(root)

    const loaded = new MerkleSearchTree(blocks, root)
    for (const key of keys.filter((_, index) => index % 3 !== 0)) loaded.remove(key)
    const rest = await blocksOf(
      keys.filter((_, index) => index % 3 === 0),
      value,
    )
    expect(loaded.cid()).toBe(rest.root)
  })

  it('is empty again when everything was removed', async () => {
    const keys = interopLines('mst/example_keys.txt')
    const { root, blocks } = await blocksOf(keys, value)
    const tree = new MerkleSearchTree(blocks, root)
    for (const key of keys) tree.remove(key)
    expect(tree.cid()).toBe((await blocksOf([], value)).root)
  })

  it('walks every record in order', async () => {
    const keys = interopLines('mst/example_keys.txt')
    const { root, blocks } = await blocksOf(keys, value)
    expect(Array.from(walkTree(blocks, root), (leaf) => leaf.key)).toEqual(keys.toSorted())
  })

  it('refuses to walk past a missing node', async () => {
    const { root, blocks } = await blocksOf(interopLines('mst/example_keys.txt'), value)
    const [missing] = [...blocks.keys()].filter((cid) => cid !== root)
    blocks.delete(missing ?? '')
    expect(() => [...walkTree(blocks, root)]).toThrow(expect.objectContaining({ reason: 'missing-block' }))
  })

  it('refuses keys that are not there, or there already', async () => {
    const { root, blocks } = await blocksOf(['A0/374913', 'B1/986427'], value)
    const tree = new MerkleSearchTree(blocks, root)
    expect(() => tree.remove('C0/451630')).toThrow(SyncViolation)
    expect(() => tree.insert('B1/986427', value)).toThrow(SyncViolation)
  })
})
