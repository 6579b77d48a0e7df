import { describe, expect, it } from 'vitest'
import type { PeerClient } from '#common/xrpc/index.ts'
import { type Freshness, RevisionedCache, Revisions } from '#gateway/cache/index.ts'
import { Packuments } from '#gateway/packuments/index.ts'

class TestFreshness implements Freshness {
  readonly revisions = new Revisions()
  live = true
  revisionOf(tags: readonly string[]): number {
    return this.revisions.of(tags)
  }
}

function cacheWith({ maxAgeMs = 60_000, maxEntries = 10 } = {}) {
  const freshness = new TestFreshness()
  const cache = new RevisionedCache<{ loaded: number }>(freshness, { maxEntries, maxAgeMs })
  let loaded = 0
  const load = async () => {
    loaded += 1
    return { loaded }
  }
  return { freshness, cache, load }
}

describe('a cache of what the AppView said', () => {
  it('remembers until one of the tags changes', async () => {
    const { freshness, cache, load } = cacheWith()
    expect(await cache.get('key', ['a', 'b'], load)).toEqual({ loaded: 1 })
    freshness.revisions.touch('other')
    expect(await cache.get('key', ['a', 'b'], load)).toEqual({ loaded: 1 })
    freshness.revisions.touch('b')
    expect(await cache.get('key', ['a', 'b'], load)).toEqual({ loaded: 2 })
    freshness.revisions.touchEverything()
    expect(await cache.get('key', ['a', 'b'], load)).toEqual({ loaded: 3 })
  })

  it('does not keep what was on its way while its tag changed', async () => {
    const { freshness, cache, load } = cacheWith()
    const answer = Promise.withResolvers<{ loaded: number }>()
    const early = cache.get('key', ['a'], () => answer.promise)
    freshness.revisions.touch('a')
    answer.resolve({ loaded: -1 })
    expect(await early).toEqual({ loaded: -1 })
    expect(await cache.get('key', ['a'], load)).toEqual({ loaded: 1 })
  })

  it('remembers nothing, and believes nothing remembered, while nobody would tell of changes', async () => {
    const { freshness, cache, load } = cacheWith()
    await cache.get('key', ['a'], load)
    freshness.live = false
    expect(await cache.get('key', ['a'], load)).toEqual({ loaded: 2 })
    expect(await cache.get('key', ['a'], load)).toEqual({ loaded: 3 })
  })

  it('loads once for all who ask at the same time, and does not remember failures', async () => {
    const { cache, load } = cacheWith()
    const [one, two] = await Promise.all([cache.get('key', [], load), cache.get('key', [], load)])
    expect([one, two]).toEqual([{ loaded: 1 }, { loaded: 1 }])
    await expect(cache.get('bad', [], () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cache.get('bad', [], load)).toEqual({ loaded: 2 })
  })

  it('asks again after a while, and hands the old value to whoever loads', async () => {
    const { cache } = cacheWith({ maxAgeMs: 0 })
    await cache.get('key', [], async () => ({ loaded: 1 }))
    const again = await cache.get('key', [], async (outdated) => outdated ?? { loaded: 0 })
    expect(again).toEqual({ loaded: 1 })
  })

  it('forgets too much rather than too little when there are more tags than it can hold', () => {
    const revisions = new Revisions()
    revisions.touch('first')
    const before = revisions.of(['first'])
    for (let index = 0; index < 100_001; index += 1) revisions.touch(`tag ${index}`)
    expect(revisions.of(['first'])).toBeGreaterThanOrEqual(before)
    const quiet = revisions.of(['quiet'])
    revisions.touch('first')
    expect(revisions.of(['first'])).toBeGreaterThan(quiet)
  })
})

describe('a packument', () => {
  it('says that upstream cannot be asked for as long as the AppView does, whether it came again or not', async () => {
    const stale = { age: '400', warning: '111 - "Revalidation Failed"' }
    const answers = [
      new Response('{}', { headers: { etag: '"a"' } }),
      new Response(null, { status: 304, headers: stale }),
      new Response(null, { status: 304, headers: { ...stale, age: '460' } }),
      new Response(null, { status: 304 }),
    ]
    const appview = { fetch: async () => answers.shift() } as unknown as PeerClient
    const freshness = new TestFreshness()
    const packuments = new Packuments(appview, freshness, 1_000_000)
    const ask = async () => {
      freshness.revisions.touchEverything()
      return packuments.get({ name: 'x', source: 'upstream', form: 'full', viewer: 'did:plc:alice' })
    }
    const said = []
    for (let time = 0; time < 4; time += 1) said.push((await ask()).tags)
    expect(said.map((tags) => tags.etag)).toEqual(Array(4).fill('"a"'))
    expect(said.map((tags) => tags.stale)).toEqual([undefined, stale, { ...stale, age: '460' }, undefined])
  })
})
