import { createHash } from 'node:crypto'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { type Freshness, RevisionedCache, Revisions, TarballCache } from '#gateway/cache/index.ts'

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

describe('the cache of tarballs', () => {
  const contents = (index: number) => Buffer.alloc(1000, index)
  const expectedOf = (bytes: Buffer, maxBytes = bytes.length) => ({
    package: 'x',
    version: '1.0.0',
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    maxBytes,
  })
  const emptyFolder = () => mkdtemp(join(tmpdir(), 'atoll-tarballs-'))

  async function* pieces(bytes: Buffer) {
    yield bytes.subarray(0, 10)
    yield bytes.subarray(10)
  }

  it('fetches once, also over a restart, and sweeps up what was half there', async () => {
    const folder = await emptyFolder()
    let downloads = 0
    const download = async () => {
      downloads += 1
      return pieces(contents(1))
    }
    const read = async (cache: TarballCache) => buffer((await cache.open(expectedOf(contents(1)), download)).stream())
    const cache = await TarballCache.open({ folder, maxBytes: 10_000 })
    expect(await Promise.all([read(cache), read(cache)])).toEqual([contents(1), contents(1)])
    await writeFile(join(folder, 'half.part'), 'half')
    expect(await read(await TarballCache.open({ folder, maxBytes: 10_000 }))).toEqual(contents(1))
    expect(downloads).toBe(1)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it.each([
    ['are others', contents(2), 1000],
    ['are more than they should be', contents(1), 999],
    ['stop early', contents(1).subarray(0, 500), 1000],
  ])('keeps nothing when the bytes %s', async (_what, sent, maxBytes) => {
    const folder = await emptyFolder()
    const cache = await TarballCache.open({ folder, maxBytes: 10_000 })
    const opened = cache.open(expectedOf(contents(1), maxBytes), async () => pieces(sent))
    await expect(opened).rejects.toMatchObject({ code: 'IntegrityMismatch' })
    expect(await readdir(folder)).toEqual([])
  })

  it('checks the CID of a private blob as well', async () => {
    const cache = await TarballCache.open({ folder: await emptyFolder(), maxBytes: 10_000 })
    const expected = { ...expectedOf(contents(1)), blobCid: 'bafkreianother' }
    await expect(cache.open(expected, async () => pieces(contents(1)))).rejects.toMatchObject({
      code: 'IntegrityMismatch',
    })
  })

  it('stays within its bound, and goes on sending what it evicts', async () => {
    const folder = await emptyFolder()
    const cache = await TarballCache.open({ folder, maxBytes: 2500 })
    const open = (index: number) => cache.open(expectedOf(contents(index)), async () => pieces(contents(index)))
    const oldest = await open(1)
    for (const index of [2, 3, 4]) await (await open(index)).close()
    expect(await buffer(oldest.stream())).toEqual(contents(1))
    await expect.poll(async () => (await readdir(folder)).length).toBe(2)
  })
})
