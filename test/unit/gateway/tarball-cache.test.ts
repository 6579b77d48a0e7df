import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AtollError } from '#common/errors/index.ts'
import { createLogger } from '#common/log/index.ts'
import { type OpenTarball, TarballCache } from '#gateway/cache/index.ts'
import { TemporaryFile } from '#gateway/files/index.ts'

const KiB = 1024
const small = (index: number) => Buffer.alloc(1000, index)
/** Too large to be held back until it is verified. */
const large = Buffer.from(Array.from({ length: 1024 }, (_, index) => String(index).padStart(1024)).join(''))

let folder: string
let logged: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-tarballs-'))
  logged = []
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true, force: true })
})

const log = createLogger('test', 'info', { write: (line) => void logged.push(line) })
const openCache = (maxBytes = 10_000_000) => TarballCache.open({ folder, maxBytes, log })
const sri = (bytes: Buffer, algorithm = 'sha512') =>
  `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`
const expectedOf = (bytes: Buffer, maxBytes = bytes.length) => ({
  package: 'x',
  version: '1.0.0',
  integrity: sri(bytes),
  maxBytes,
})
const readAll = async (opened: OpenTarball) => buffer(opened.stream())

/** A source that is asked for bytes; it gives what a test lets go, and counts. */
class Source {
  asked = 0
  readonly #pieces: Buffer[]
  #gate: Promise<void> = Promise.resolve()
  #open = () => {}

  constructor(bytes: Buffer, pieceBytes = 64 * KiB) {
    const count = Math.ceil(bytes.length / pieceBytes)
    this.#pieces = Array.from({ length: count }, (_, index) =>
      bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    )
  }

  /** Everything but the last piece goes at once; that one when it is let go. */
  holdsTheEnd(): this {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    this.#open = resolve
    return this
  }

  letsGo(): void {
    this.#open()
  }

  readonly download = async () => {
    this.asked += 1
    return { bytes: this.#give(), size: undefined }
  }

  async *#give() {
    for (const piece of this.#pieces.slice(0, -1)) yield piece
    await this.#gate
    yield* this.#pieces.slice(-1)
  }
}

async function readUntil(stream: Readable, size: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    if (Buffer.concat(chunks).length >= size) break
  }
  return Buffer.concat(chunks)
}

describe('a tarball that is kept', () => {
  it('is fetched once, also over a restart, which sweeps up what was half there', async () => {
    const source = new Source(small(1), 10)
    const cache = await openCache()
    const open = (one: TarballCache) => one.open(expectedOf(small(1)), source.download)
    expect(await Promise.all([open(cache).then(readAll), open(cache).then(readAll)])).toEqual([small(1), small(1)])
    await writeFile(join(folder, 'half.part'), 'half')
    const restarted = await openCache()
    const again = await open(restarted)
    expect(again.size).toBe(1000)
    expect(await readAll(again)).toEqual(small(1))
    expect(source.asked).toBe(1)
    expect(await readdir(folder)).toHaveLength(1)
    expect(restarted.usage).toEqual({ files: 1, bytes: 1000, maxBytes: 10_000_000 })
  })

  it('may have a SHA-1 alone, as ancient packages do', async () => {
    const cache = await openCache()
    const expected = { ...expectedOf(small(1)), integrity: sri(small(1), 'sha1') }
    const source = new Source(small(1))
    for (let time = 0; time < 2; time += 1) {
      expect(await readAll(await cache.open(expected, source.download))).toEqual(small(1))
    }
    expect(source.asked).toBe(1)
    const other = { ...expected, integrity: sri(small(2), 'sha1') }
    await expect(cache.open(other, source.download)).rejects.toMatchObject({ code: 'IntegrityMismatch' })
  })

  it.each([
    ['are others', small(2), 1000],
    ['are more than they should be', small(1), 999],
    ['stop early', small(1).subarray(0, 500), 1000],
  ])('is not when the bytes %s', async (_what, sent, maxBytes) => {
    const cache = await openCache()
    const opened = cache.open(expectedOf(small(1), maxBytes), new Source(sent).download)
    await expect(opened).rejects.toMatchObject({ code: 'IntegrityMismatch' })
    expect(await readdir(folder)).toEqual([])
  })

  it('has the CID of a private blob as well', async () => {
    const expected = { ...expectedOf(small(1)), blobCid: 'bafkreianother' }
    await expect((await openCache()).open(expected, new Source(small(1)).download)).rejects.toMatchObject({
      code: 'IntegrityMismatch',
    })
  })
})

describe('a tarball on its way', () => {
  it('is passed on while it arrives, up to its last piece, to all who want it', async () => {
    const cache = await openCache()
    const source = new Source(large).holdsTheEnd()
    const early = await cache.open(expectedOf(large), source.download)
    const late = await cache.open(expectedOf(large), source.download)
    const [one, two] = [early.stream(), late.stream()]
    // Of what has arrived the last piece stays, whichever it is.
    const before = large.length - 2 * 64 * KiB
    expect((await readUntil(one, before)).length).toBe(before)
    source.letsGo()
    expect(await buffer(two)).toEqual(large)
    expect((await buffer(one)).length).toBe(large.length - before)
    expect(source.asked).toBe(1)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('breaks off before its end when the bytes are wrong, and nothing is kept', async () => {
    const wrong = Buffer.from(large)
    wrong[0] = 0
    const cache = await openCache()
    const opened = await Promise.all([1, 2].map(() => cache.open(expectedOf(large), new Source(wrong).download)))
    for (const one of opened) {
      const chunks: Buffer[] = []
      const reading = (async () => {
        for await (const chunk of one.stream()) chunks.push(chunk)
      })()
      await expect(reading).rejects.toMatchObject({ code: 'IntegrityMismatch' })
      expect(Buffer.concat(chunks).length).toBeLessThan(large.length)
    }
    expect(await readdir(folder)).toEqual([])
  })

  it('goes on for the others, and for the next, when somebody goes away', async () => {
    const cache = await openCache()
    const source = new Source(large).holdsTheEnd()
    const [leaving, staying, never] = await Promise.all(
      [1, 2, 3].map(() => cache.open(expectedOf(large), source.download)),
    )
    const stream = leaving?.stream()
    await readUntil(stream as Readable, 1)
    stream?.destroy()
    await never?.close()
    source.letsGo()
    expect(await buffer((staying as OpenTarball).stream())).toEqual(large)
    expect(await readAll(await cache.open(expectedOf(large), source.download))).toEqual(large)
    expect(source.asked).toBe(1)
  })

  it('says what its source says, to all who wait, and is asked for again by the next', async () => {
    const cache = await openCache()
    const broken = async () => {
      throw new AtollError('UpstreamUnavailable', { package: 'x' })
    }
    const attempts = await Promise.allSettled([1, 2].map(() => cache.open(expectedOf(small(1)), broken)))
    for (const attempt of attempts) expect(attempt).toMatchObject({ reason: { code: 'UpstreamUnavailable' } })
    expect(await readAll(await cache.open(expectedOf(small(1)), new Source(small(1)).download))).toEqual(small(1))
  })
})

describe('the room for tarballs', () => {
  const open = (cache: TarballCache, index: number) =>
    cache.open(expectedOf(small(index)), new Source(small(index)).download)
  const nameOf = (index: number) => createHash('sha512').update(small(index)).digest('hex')

  it('is bounded, and who reads what is evicted reads on', async () => {
    const cache = await openCache(2500)
    await readAll(await open(cache, 1))
    const oldest = await open(cache, 1)
    for (const index of [2, 3, 4]) await readAll(await open(cache, index))
    await expect.poll(() => readdir(folder)).toHaveLength(2)
    expect(await readAll(oldest)).toEqual(small(1))
    expect(cache.usage).toMatchObject({ files: 2, bytes: 2000 })
  })

  // In each order once: that of the folder may be the right one by accident.
  it.each([
    [1, 2, 3],
    [2, 3, 1],
    [3, 1, 2],
  ])('goes to what was used last, also before a restart: %i, %i, %i', async (oldest, older, newest) => {
    const cache = await openCache(3500)
    for (const [hour, index] of [oldest, older, newest].entries()) {
      await readAll(await open(cache, index))
      const long = new Date(Date.now() - (10 - hour) * 3_600_000)
      await utimes(join(folder, nameOf(index)), long, long)
    }
    // The oldest is used again.
    await readAll(await open(await openCache(3500), oldest))
    const restarted = await openCache(3500)
    await readAll(await open(restarted, 4))
    await expect.poll(async () => (await readdir(folder)).sort()).toEqual([oldest, newest, 4].map(nameOf).sort())
  })

  it('is given back when it has become less', async () => {
    const cache = await openCache()
    for (const index of [1, 2, 3]) await readAll(await open(cache, index))
    await openCache(1500)
    await expect.poll(() => readdir(folder)).toHaveLength(1)
  })

  it('is not for what is larger than all of it, which is served all the same', async () => {
    const cache = await openCache(500)
    expect(await readAll(await open(cache, 1))).toEqual(small(1))
    expect(await readdir(folder)).toEqual([])
  })
})

describe('a disk that is full', () => {
  const noSpace = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })

  it('keeps nothing: tarballs are served, verified, and an alarm is raised', async () => {
    vi.spyOn(TemporaryFile, 'create').mockRejectedValue(noSpace)
    const cache = await openCache()
    expect(await readAll(await cache.open(expectedOf(large), new Source(large).download))).toEqual(large)
    expect(logged.join()).toContain('tarballs-not-kept')
    const wrong = await cache.open(expectedOf(large), new Source(Buffer.alloc(large.length)).download)
    await expect(readAll(wrong)).rejects.toMatchObject({ code: 'IntegrityMismatch' })
  })

  it('in the middle of a tarball: the rest comes from the source, and the whole is verified', async () => {
    const write = TemporaryFile.prototype.write
    vi.spyOn(TemporaryFile.prototype, 'write').mockImplementation(async function (this: TemporaryFile, chunk) {
      if (this.size >= 640 * KiB) throw noSpace
      return write.call(this, chunk)
    })
    const cache = await openCache()
    const source = new Source(large)
    expect(await readAll(await cache.open(expectedOf(large), source.download))).toEqual(large)
    expect(source.asked).toBe(2)
    expect(await readdir(folder)).toEqual([])
    // The beginning was another one's, and the rest alone is right: the digest is of what was given.
    let first = true
    const changing = async () => {
      const bytes = Buffer.from(large)
      if (first) bytes[0] = 0
      first = false
      return new Source(bytes).download()
    }
    await expect(readAll(await cache.open(expectedOf(large), changing))).rejects.toMatchObject({
      code: 'IntegrityMismatch',
    })
  })
})

describe('what is purged', () => {
  it('is deleted, whichever digest it is known by, and others stay', async () => {
    const cache = await openCache()
    for (const index of [1, 2])
      await readAll(await cache.open(expectedOf(small(index)), new Source(small(index)).download))
    expect(await readdir(folder)).toHaveLength(2)
    await cache.purge(sri(small(1)))
    expect(await readdir(folder)).toHaveLength(1)
    expect(cache.usage).toMatchObject({ files: 1 })
    await cache.purge(sri(small(1)))
    await cache.purge('not a digest')
    const old = { ...expectedOf(small(3)), integrity: sri(small(3), 'sha1') }
    await readAll(await cache.open(old, new Source(small(3)).download))
    await cache.purge(old.integrity)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('is not kept when it was on its way', async () => {
    const cache = await openCache()
    const source = new Source(large).holdsTheEnd()
    const reading = readAll(await cache.open(expectedOf(large), source.download))
    await cache.purge(sri(large))
    source.letsGo()
    await reading
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]))
  })

  it('that an earlier run left is deleted, too', async () => {
    await readAll(await (await openCache()).open(expectedOf(small(1)), new Source(small(1)).download))
    await (await openCache()).purge(sri(small(1)))
    expect(await readdir(folder)).toEqual([])
  })
})
