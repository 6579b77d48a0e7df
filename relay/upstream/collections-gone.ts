import { keysInProof } from '#common/sync/index.ts'

/**
 * Of which kinds nothing is left, after a commit that was verified. Its blocks are what undoing its operations takes, and so hold the
 * neighbours of everything it deletes; where records of a kind are left, one of them is such a neighbour.
 */
export function collectionsGone(
  blocks: Uint8Array,
  ops: readonly { collection: string; cid: string | null }[],
): string[] {
  const deleted = new Set(ops.filter(({ cid }) => cid === null).map(({ collection }) => collection))
  if (deleted.size === 0) return []
  for (const key of keysInProof(blocks)) deleted.delete(key.slice(0, key.indexOf('/')))
  return [...deleted]
}
