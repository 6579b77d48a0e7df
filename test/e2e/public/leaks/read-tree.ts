import { fromUint8Array } from '@atcute/car'
import { type CidLink, decode } from '@atcute/cbor'
import { toString as cidToText } from '@atcute/cid'

interface Node {
  l: CidLink | null
  e: { p: number; k: { buf: Uint8Array }; v: CidLink; t: CidLink | null }[]
}

export interface TreeNode {
  cid: string
  /** CIDs of all records in and below it. */
  holds: readonly string[]
}

/** A repository as it is sent: its blocks, the CID of its commit, the nodes of its tree, and its keys with the CIDs of their records. */
export function readTree(car: Uint8Array) {
  const opened = fromUint8Array(car)
  const blocks = new Map(Array.from(opened, ({ cid, bytes }) => [cidToText(cid), bytes]))
  const [root] = opened.roots
  if (root === undefined) throw new Error('there is no commit')
  const nodes: TreeNode[] = []
  const leaves: { key: string; value: string }[] = []
  const visit = (link: CidLink | null): readonly string[] => {
    if (link === null) return []
    const { l, e } = decode(blocks.get(link.$link) ?? Buffer.of()) as Node
    const holds = [...visit(l)]
    let key = ''
    for (const { p, k, v, t } of e) {
      key = key.slice(0, p) + Buffer.from(k.buf).toString('latin1')
      leaves.push({ key, value: v.$link })
      holds.push(v.$link, ...visit(t))
    }
    nodes.push({ cid: link.$link, holds })
    return holds
  }
  visit((decode(blocks.get(root.$link) ?? Buffer.of()) as { data: CidLink }).data)
  return { blocks, commit: root.$link, nodes, leaves }
}
