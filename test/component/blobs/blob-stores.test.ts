import { execFile } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DiskBlobStore, S3BlobStore } from '#pds/host/blobs/index.ts'
import { startS3, type TestBucket } from '#test/support/s3-server.ts'
import { describeBlobStore } from './behaviour.ts'

describeBlobStore('disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-disk-'))
  return {
    open: () => DiskBlobStore.open(folder),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
})

describeBlobStore('S3', async () => {
  const bucket = await startS3()
  const opened = new DisposableStack()
  return {
    open: async () => opened.use(await S3BlobStore.open(bucket.config)),
    async [Symbol.asyncDispose]() {
      opened.dispose()
      await bucket[Symbol.asyncDispose]()
    },
  }
})

describe('S3 that is not there', () => {
  it('is an outage, not a missing blob', async () => {
    const bucket = await startS3()
    using store = await S3BlobStore.open(bucket.config)
    await bucket[Symbol.asyncDispose]()
    const blobs = store.of('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
    await expect(blobs.hasTemp('x')).rejects.toMatchObject({ code: 'ComponentUnavailable' })
    await expect(S3BlobStore.open(bucket.config)).rejects.toMatchObject({ code: 'ComponentUnavailable' })
  })

  it('refuses a bucket there is none of, at the start', async () => {
    await using bucket = await startS3()
    const config = { ...bucket.config, bucket: 'somebody-elses' }
    await expect(S3BlobStore.open(config)).rejects.toThrow()
  })
})

interface Cost {
  ino: number
  cid: string
  readBack: string
  tookMs: number
  grewMb: number
}

describe('a tarball of 200 MB', () => {
  let folder: string
  let bucket: TestBucket
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atoll-large-'))
    bucket = await startS3()
  })
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function take(config: object): Promise<Cost> {
    const program = join(import.meta.dirname, 'take-large-file.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder, JSON.stringify(config)])
    return JSON.parse(stdout) as Cost
  }

  it('is renamed on disk, not copied, and never in memory', async () => {
    const { ino, cid, readBack, grewMb } = await take({ kind: 'disk' })
    const stored = await stat(join(folder, 'blobs', 'did_plc_aaaaaaaaaaaaaaaaaaaaaaaa', cid))
    expect(stored.ino).toBe(ino)
    expect(readBack).toBe(cid)
    expect(grewMb).toBeLessThan(100)
  })

  it('travels to S3 a few parts at a time', async () => {
    const { cid, readBack, grewMb } = await take({ kind: 's3', ...bucket.config })
    expect(readBack).toBe(cid)
    expect(grewMb).toBeLessThan(150)
  })
})
