import { expect, it } from 'vitest'
import { purgedStages } from '#gateway/purges/index.ts'

type Purge = Parameters<ReturnType<typeof purgedStages>['forget']>[0][number]

const org = `did:plc:${'a'.repeat(24)}` as const
const by = `did:plc:${'b'.repeat(24)}` as const
const name = '@acme.test/hello'
const purge: Purge = {
  ...{ source: 'private', org, name, version: '1.0.0', reason: 'a court order', by },
  ...{ at: '2026-11-30T00:00:00.000Z', digests: [] },
}
const stage = { id: 'meant', org, version: '1.0.0', state: 'waiting', integrity: 'sha512-x', bundle_integrity: null }

/** What becomes of stages of this package, and of parked bytes. */
async function forgets(stages: (typeof stage | Record<string, unknown>)[], ...purges: Purge[]) {
  const rejected: unknown[] = []
  const deleted: string[] = []
  const place = purgedStages(
    {
      list: async (asked: string) => (asked === name ? stages : []),
      reject: async (id: string, { did }: { did: string }, reason: string) => void rejected.push([id, did, reason]),
    } as unknown as Parameters<typeof purgedStages>[0],
    { purge: async (integrity) => void deleted.push(integrity) },
  )
  await place.forget(purges)
  return { rejected, deleted }
}

it('what is staged for a purged number is rejected, with the reason, and its bytes go, a bundle’s too', async () => {
  const { rejected, deleted } = await forgets([{ ...stage, bundle_integrity: 'sha512-b' }], purge)
  expect(rejected).toEqual([['meant', by, expect.stringContaining('a court order')]])
  expect(deleted).toEqual(['sha512-x', 'sha512-b'])
})

it('bytes of one that another gateway has rejected already go, too: it cannot delete what is here', async () => {
  expect(await forgets([{ ...stage, state: 'rejected' }], purge)).toEqual({ rejected: [], deleted: ['sha512-x'] })
})

it('nothing else that is staged goes', async () => {
  const others = [
    { ...stage, id: 'version', version: '1.0.1' },
    { ...stage, id: 'org', org: `did:plc:${'c'.repeat(24)}` },
  ]
  expect(await forgets(others, purge)).toEqual({ rejected: [], deleted: [] })
  // A package of upstream may have the name and number of one of ours.
  expect(await forgets([stage], { ...purge, source: 'upstream' })).toEqual({ rejected: [], deleted: [] })
})
