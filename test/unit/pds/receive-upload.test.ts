import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parseCid } from '@atproto/lex-data'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import { receiveUpload } from '#pds/host/blobs/index.ts'

const bytes = Buffer.from('the bytes of a tarball')
const cid = parseCid(cidOfBlob(sha256(bytes)))

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
