import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLogger } from '#common/log/index.ts'
import type { OpenTarball } from '#gateway/cache/index.ts'
import { TarballBucket } from '#gateway/delivery/index.ts'
import { startS3, type TestBucket } from '#test/support/s3-server.ts'

let opened: AsyncDisposableStack
let s3: TestBucket
let logged: string[]
beforeEach(async () => {
  opened = new AsyncDisposableStack()
  s3 = await startS3()
  logged = []
})
afterEach(async () => {
  await opened.disposeAsync()
  await s3[Symbol.asyncDispose]()
})

const log = createLogger('test', 'info', { write: (line) => void logged.push(line) })
const alarms = () => logged.filter((line) => line.includes('tarball-bucket-away'))
// It keeps what it knows of an object beside it.
const objects = async () => {
  const files = await readdir(join(s3.folder, 'tarballs')).catch(() => [])
  return files.filter((file) => file.endsWith('_object'))
}

async function open(settings: { urlSeconds?: number; cdnUrl?: string } = {}): Promise<TarballBucket> {
  const config = { mode: 'redirect' as const, bucket: s3.config, urlSeconds: 60, ...settings }
  return opened.use(await TarballBucket.open(config, log))
}

const bytes = Buffer.alloc(300_000, 'a tarball ')
const sri = (of: Buffer) => `sha512-${createHash('sha512').update(of).digest('base64')}`
const integrity = sri(bytes)
const expected = { package: 'x', version: '1.0.0', integrity, maxBytes: bytes.length }

/** As the cache opens it; counts how often. */
class Kept {
  opened = 0
  readonly #source: () => AsyncIterable<Uint8Array>

  constructor(source: () => AsyncIterable<Uint8Array> = () => Readable.from([bytes])) {
    this.#source = source
  }

  readonly open = async (): Promise<OpenTarball> => {
    this.opened += 1
    const stream = () => Readable.from(this.#source(), { objectMode: false })
    return { size: undefined, stream, close: async () => {} }
  }
}

async function uploaded(bucket: TarballBucket): Promise<{ url: string; size: number }> {
  await expect.poll(() => bucket.find(expected)).toBeDefined()
  return (await bucket.find(expected)) ?? { url: '', size: 0 }
}

describe('the bucket tarballs are redirected to', () => {
  it('has a tarball once it was offered, for whoever has the address and as long as that is good', async () => {
    const bucket = await open()
    expect(await bucket.find(expected)).toBeUndefined()
    bucket.offer(expected, new Kept().open)
    const { url, size } = await uploaded(bucket)
    expect(size).toBe(bytes.length)
    expect(Buffer.from(await (await fetch(url)).arrayBuffer())).toEqual(bytes)
    const part = await fetch((await uploaded(bucket)).url, { headers: { range: 'bytes=10-19' } })
    expect([part.status, await part.text()]).toEqual([206, 'a tarball '])
    const brief = await uploaded(await open({ urlSeconds: 1 }))
    await expect.poll(async () => (await fetch(brief.url)).status).toBe(403)
  })

  it('is filled by all gateways, and asked what it has: nobody is sent to what is no more', async () => {
    const [one, other] = [await open({ urlSeconds: 1 }), await open()]
    one.offer(expected, new Kept().open)
    await uploaded(one)
    expect(await other.find(expected)).toBeDefined()
    await rm(join(s3.folder, 'tarballs'), { recursive: true })
    await expect.poll(() => one.find(expected)).toBeUndefined()
    one.offer(expected, new Kept().open)
    await uploaded(one)
  })

  it('is sent each tarball once, however many are served at the same time', async () => {
    const bucket = await open()
    const kept = new Kept()
    for (let time = 0; time < 20; time += 1) bucket.offer(expected, kept.open)
    await uploaded(bucket)
    expect(kept.opened).toBe(1)
  })

  it.each<[string, () => AsyncIterable<Uint8Array>]>([
    ['other bytes', () => Readable.from([Buffer.from(bytes).fill(0, 100, 110)])],
    ['half of the bytes', () => Readable.from([bytes.subarray(0, 1000)])],
    [
      'bytes that break off',
      async function* () {
        yield bytes.subarray(0, 1000)
        throw new Error('the disk is gone')
      },
    ],
  ])('takes no %s, and is not thought to be away for it', async (_what, source) => {
    const bucket = await open()
    bucket.offer(expected, new Kept(source).open)
    bucket.offer({ ...expected, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }, new Kept(source).open)
    const later = new Kept()
    await expect.poll(() => bucket.offer(expected, later.open) ?? later.opened).toBeGreaterThan(0)
    await uploaded(bucket)
    expect(await objects()).toHaveLength(1)
    expect(alarms()).toEqual([])
  })

  it('is done without while it is away, with one alarm and without waiting for it each time', async () => {
    const bucket = await open()
    bucket.offer(expected, new Kept().open)
    await uploaded(bucket)
    await s3.stops()
    const other = { ...expected, integrity: `sha512-${Buffer.alloc(64).toString('base64')}` }
    expect(await bucket.find(other)).toBeUndefined()
    expect(bucket.answers).toBe(false)
    const kept = new Kept()
    for (let time = 0; time < 50; time += 1) {
      expect(await bucket.find(expected)).toBeUndefined()
      bucket.offer(other, kept.open)
    }
    expect(kept.opened).toBe(0)
    expect(alarms()).toHaveLength(1)
  })

  it('loses what is purged, gives up what is on its way there, and takes it in no more', async () => {
    const [bucket, other] = [await open(), await open()]
    bucket.offer(expected, new Kept().open)
    const { url } = await uploaded(bucket)
    await uploaded(other)
    await bucket.purge(integrity)
    expect([await objects(), (await fetch(url)).status]).toEqual([[], 404])
    expect(await bucket.find(expected)).toBeUndefined()
    bucket.offer(expected, new Kept().open)

    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const slow = new Kept(async function* () {
      yield bytes.subarray(0, 1000)
      begun.resolve()
      await gate.promise
      yield bytes.subarray(1000)
    })
    other.offer(expected, slow.open)
    await begun.promise
    await other.purge(integrity)
    gate.resolve()
    // What is uploaded afterwards arrives; what was purged does not.
    const later = Buffer.alloc(1_000_000, 'another tarball ')
    const expectedLater = { ...expected, integrity: sri(later), maxBytes: later.length }
    other.offer(expectedLater, new Kept(() => Readable.from([later])).open)
    await expect.poll(() => other.find(expectedLater)).toBeDefined()
    expect(await objects()).toHaveLength(1)
    expect(await other.find(expected)).toBeUndefined()
    expect(alarms()).toEqual([])
  })

  it('says so when what is purged cannot be deleted', async () => {
    const bucket = await open()
    await s3.stops()
    await expect(bucket.purge(integrity)).rejects.toMatchObject({ code: 'ComponentUnavailable' })
  })

  it('may be behind a CDN, whose addresses are not signed', async () => {
    const bucket = await open({ cdnUrl: 'https://cdn.acme.test/npm/' })
    bucket.offer(expected, new Kept().open)
    const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
    expect((await uploaded(bucket)).url).toBe(`https://cdn.acme.test/npm/tarballs/${digest}`)
  })

  it('is not waited for by a gateway that stops', async () => {
    const bucket = await open()
    const begun = Promise.withResolvers<void>()
    const endless = async function* () {
      yield bytes.subarray(0, 1000)
      begun.resolve()
      await new Promise(() => {})
    }
    bucket.offer(expected, new Kept(endless).open)
    await begun.promise
    await bucket[Symbol.asyncDispose]()
    expect(await objects()).toEqual([])
    expect(alarms()).toEqual([])
  })

  it('keeps all of a tarball of several parts', async () => {
    const large = Buffer.alloc(20 * 2 ** 20, 'megabytes ')
    const wanted = {
      ...expected,
      integrity: `sha512-${createHash('sha512').update(large).digest('base64')}`,
      maxBytes: large.length,
    }
    const bucket = await open()
    bucket.offer(wanted, new Kept(() => Readable.from([large])).open)
    await expect.poll(() => bucket.find(wanted)).toBeDefined()
    const { url } = (await bucket.find(wanted)) ?? { url: '' }
    const { body } = await fetch(url)
    expect((await buffer(body ?? Readable.from([]))).equals(large)).toBe(true)
  })
})
