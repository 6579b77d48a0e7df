import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parseCid } from '@atproto/lex-data'
import { BlobNotFoundError } from '@atproto/repo'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import { DiskBlobStore, receiveUpload } from '#pds/host/blobs/index.ts'

const bytes = Buffer.from('the bytes of a tarball')
const cid = parseCid(cidOfBlob(sha256(bytes)))
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-blobs-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const filesBelow = async (path: string) =>
  (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())

describe('receiving an upload', () => {
  const uploads = () => join(folder, 'uploads')
  const receive = (body: Readable, limitBytes = 1000) => receiveUpload(body, { folder: uploads(), limitBytes })

  it('keeps every byte and says what they are, and removes them when nobody takes them', async () => {
    {
      await using upload = await receive(Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]))
      expect(await readFile(upload.path)).toEqual(bytes)
      expect(upload).toMatchObject({ size: bytes.length, cid: cid.toString() })
    }
    expect(await filesBelow(uploads())).toEqual([])
  })

  it('takes as much as is allowed and not a byte more, and leaves nothing behind', async () => {
    await using upload = await receive(Readable.from([bytes]), bytes.length)
    expect(upload.size).toBe(bytes.length)
    const oneTooMany = receive(Readable.from([bytes]), bytes.length - 1)
    await expect(oneTooMany).rejects.toMatchObject({ code: 'PayloadTooLarge' })
    expect(await filesBelow(uploads())).toHaveLength(1)
  })

  it('leaves nothing behind when the sender goes away', async () => {
    const body = Readable.from(
      (async function* () {
        yield bytes
        throw new Error('connection lost')
      })(),
    )
    await expect(receive(body)).rejects.toThrow('connection lost')
    expect(await filesBelow(uploads())).toEqual([])
  })
})

describe('the blob store on disk', () => {
  it('takes a file over, makes it permanent and gives it back', async () => {
    const blobs = (await DiskBlobStore.open(join(folder, 'blobs'))).of(did)
    await using upload = await receiveUpload(Readable.from([bytes]), {
      folder: join(folder, 'uploads'),
      limitBytes: 100,
    })
    const key = await blobs.takeFile(upload.path)
    expect(await blobs.hasStored(cid)).toBe(false)
    await blobs.makePermanent(key, cid)
    expect(await blobs.getBytes(cid)).toEqual(bytes)
    expect(Buffer.concat(await (await blobs.getStream(cid)).toArray())).toEqual(bytes)
    expect(await blobs.hasTemp(key)).toBe(false)
  })

  it('takes the same blob twice', async () => {
    const blobs = (await DiskBlobStore.open(join(folder, 'blobs'))).of(did)
    for (let time = 0; time < 2; time += 1) await blobs.makePermanent(await blobs.putTemp(bytes), cid)
    expect(await filesBelow(folder)).toHaveLength(1)
  })

  it('keeps the repositories apart', async () => {
    const store = await DiskBlobStore.open(join(folder, 'blobs'))
    await store.of(did).putPermanent(cid, bytes)
    await expect(store.of('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb').getBytes(cid)).rejects.toThrow(BlobNotFoundError)
  })

  it('forgets what was on its way when it is opened again, and nothing else', async () => {
    const before = (await DiskBlobStore.open(join(folder, 'blobs'))).of(did)
    await before.putPermanent(cid, bytes)
    const key = await before.putTemp(bytes)
    const after = (await DiskBlobStore.open(join(folder, 'blobs'))).of(did)
    expect(await after.hasTemp(key)).toBe(false)
    expect(await after.getBytes(cid)).toEqual(bytes)
  })

  it('hides a blob in quarantine', async () => {
    const blobs = (await DiskBlobStore.open(join(folder, 'blobs'))).of(did)
    await blobs.putPermanent(cid, bytes)
    await blobs.quarantine(cid)
    await expect(blobs.getStream(cid)).rejects.toThrow(BlobNotFoundError)
    await blobs.unquarantine(cid)
    expect(await blobs.hasStored(cid)).toBe(true)
  })
})
