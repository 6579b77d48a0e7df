import { expect, it, vi } from 'vitest'
import { createLogger } from '#common/log/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { type PurgedPlace, PurgeKeeper } from '#gateway/purges/index.ts'

type Purges = Parameters<PurgedPlace['forget']>[0]

const purge = (version: string): Purges[number] => ({
  source: 'upstream',
  org: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
  name: 'left-pad',
  version,
  reason: 'a court order',
  by: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb',
  at: '2026-11-30T00:00:00.000Z',
  digests: [],
})

/** An AppView with a list of purges, which it tells one at a time. */
class List {
  readonly purges: Purges[number][] = []
  away = false

  readonly appview = {
    call: async (_lexicon: unknown, { params: { cursor } }: { params: { cursor: string } }) => {
      if (this.away) throw new Error('away')
      const next = this.purges.slice(Number(cursor), Number(cursor) + 1)
      const reached = Number(cursor) + next.length
      return { purges: next, cursor: String(reached), more: reached < this.purges.length }
    },
  } as unknown as PeerClient
}

class Place implements PurgedPlace {
  readonly forgotten: string[] = []
  fails = false

  async forget(purges: Purges): Promise<void> {
    if (this.fails) throw new Error('the disk is gone')
    this.forgotten.push(...purges.map(({ version }) => version))
  }
}

const logged: string[] = []
const log = createLogger('test', 'info', { write: (line) => void logged.push(line) })

it('clears every place of all there is, page after page, and of what comes later', async () => {
  const list = new List()
  list.purges.push(purge('1.0.0'), purge('1.1.0'))
  const places = [new Place(), new Place()]
  await using keeper = new PurgeKeeper({ appview: list.appview, places, log })
  await vi.waitFor(() => expect(places.map(({ forgotten }) => forgotten)).toEqual(Array(2).fill(['1.0.0', '1.1.0'])))
  list.purges.push(purge('1.2.0'))
  keeper.look()
  await vi.waitFor(() => expect(places[1]?.forgotten).toEqual(['1.0.0', '1.1.0', '1.2.0']))
})

it('loses nothing that a place could not delete, and clears the others meanwhile', async () => {
  const list = new List()
  list.purges.push(purge('1.0.0'))
  const [broken, sound] = [new Place(), new Place()]
  broken.fails = true
  await using keeper = new PurgeKeeper({ appview: list.appview, places: [broken, sound], log })
  await vi.waitFor(() => expect(sound.forgotten).toEqual(['1.0.0']))
  expect(logged.some((line) => line.includes('purge-incomplete'))).toBe(true)
  broken.fails = false
  keeper.look()
  await vi.waitFor(() => expect(broken.forgotten).toEqual(['1.0.0']))
})

it('asks a place again that refused once, after a while and without being told, and loses nothing', async () => {
  const list = new List()
  list.purges.push(purge('1.0.0'), purge('1.1.0'))
  const place = new Place()
  place.fails = true
  const refused = () => logged.filter((line) => line.includes('purge-incomplete')).length
  const before = refused()
  await using _keeper = new PurgeKeeper({ appview: list.appview, places: [place], log, retryMs: 20 })
  await vi.waitFor(() => expect(refused()).toBeGreaterThan(before + 1))
  expect(place.forgotten).toEqual([])
  place.fails = false
  await vi.waitFor(() => expect(place.forgotten).toEqual(['1.0.0', '1.1.0']))
})

it('reads the list from its beginning at each start, and begins when the AppView answers', async () => {
  const list = new List()
  list.purges.push(purge('1.0.0'))
  list.away = true
  for (let run = 0; run < 2; run += 1) {
    const place = new Place()
    await using keeper = new PurgeKeeper({ appview: list.appview, places: [place], log })
    list.away = false
    keeper.look()
    await vi.waitFor(() => {
      keeper.look()
      expect(place.forgotten).toEqual(['1.0.0'])
    })
  }
})
