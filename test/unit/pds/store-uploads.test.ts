import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { receiveUpload } from '#pds/host/blobs/index.ts'
import type { PublishContext } from '#pds/org/operations/publish/context.ts'
import { storeUploads } from '#pds/org/operations/publish/store-uploads.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-uploads-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const limit = 1_000

/** @param size that was approved @param sent bytes that come */
async function store(size: number, sent = size): Promise<PublishContext> {
  const host = {
    config: { tarballBytes: limit },
    receiveUpload: (body: Readable, limitBytes: number) => receiveUpload(body, { folder, limitBytes }),
  }
  const given = { input: { size }, body: Readable.from([Buffer.alloc(sent)]), services: { host } }
  const context = { ...given, opened: new AsyncDisposableStack() } as unknown as PublishContext
  await storeUploads(context)
  return context
}

it('takes the largest tarball that may be published', async () => {
  await using context = await store(limit).then(({ upload, opened }) => ({
    upload,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }))
  expect(context.upload?.size).toBe(limit)
})

it.each([
  ['is larger than the setting allows', limit + 1, limit + 1, limit],
  ['was approved as smaller', 10, 11, 10],
])('refuses one that %s, says how large it may be, and keeps nothing', async (_what, size, sent, limitBytes) => {
  const message = expect.stringContaining(`${limitBytes} bytes`)
  await expect(store(size, sent)).rejects.toMatchObject({ code: 'PayloadTooLarge', status: 413, message })
  expect(await readdir(folder).catch(() => [])).toEqual([])
})
