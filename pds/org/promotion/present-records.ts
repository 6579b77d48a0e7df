import type { EdgeClient } from '#pds/promote/index.ts'

/** What a public repository holds. @returns `collection/rkey` → CID */
export async function presentRecords(edge: EdgeClient, did: string): Promise<Map<string, string>> {
  const there = new Map<string, string>()
  for (let cursor: string | undefined; ; ) {
    const page = await edge.getState(did, { cursor })
    for (const { collection, rkey, cid } of page.records) there.set(`${collection}/${rkey}`, cid)
    if (page.cursor === undefined) return there
    cursor = page.cursor
  }
}
