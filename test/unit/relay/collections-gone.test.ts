import { expect, it } from 'vitest'
import { readRepo } from '#common/sync/index.ts'
import { collectionsGone } from '#relay/upstream/collections-gone.ts'
import { RepoAuthor, type Write } from '#test/support/repo-author.ts'

const did = `did:plc:${'a'.repeat(24)}`
const kinds = ['app.test.first', 'app.test.second', 'app.test.third']

/** What the repository has, by a look at all of it. */
async function left(author: RepoAuthor): Promise<Set<string>> {
  const { signingKey } = author
  const { records } = readRepo(await author.car(), { did, signingKey, previous: undefined, now: Date.now() + 60_000 })
  return new Set(records.map(({ collection }) => collection))
}

it('finds exactly the kinds whose last record a commit takes away, in repositories of any shape', async () => {
  let [gone, stayed] = [0, 0]
  for (let round = 0; round < 4; round += 1) {
    const author = await RepoAuthor.create(did)
    // A few of some kinds and many of others, so that trees of several heights come up.
    const paths = kinds.flatMap((kind, n) =>
      Array.from({ length: 1 + ((round * 7 + n * 5) % 40) }, (_, i) => `${kind}/${round}-${i}`),
    )
    for (const path of paths) await author.creates(path)
    const order = paths.toSorted((a, b) => hash(a) - hash(b))
    while (order.length > 0) {
      const writes = order.splice(0, 1 + (order.length % 4)).map((path): Write => ({ action: 'delete', path }))
      const body = await author.writes(writes)
      const ops = writes.map(({ path }) => ({ collection: path.split('/')[0] ?? '', cid: null }))
      const rest = await left(author)
      const expected = [...new Set(ops.map(({ collection }) => collection))].filter((kind) => !rest.has(kind))
      expect(collectionsGone(body['blocks'] as Uint8Array, ops).toSorted()).toEqual(expected.toSorted())
      gone += expected.length
      stayed += rest.size
    }
  }
  expect([gone, stayed > 30]).toEqual([4 * kinds.length, true])
})

function hash(text: string): number {
  return [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9_973, 7)
}
