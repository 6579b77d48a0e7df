import { randomBytes } from 'node:crypto'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { parseCid } from '@atproto/lex-data'
import { BlobNotFoundError } from '@atproto/repo'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
import type { BlobStore } from '#pds/host/blobs/index.ts'

/** A place to keep blobs, opened as often as a test likes: each time as a new process would. */
export interface Engine extends AsyncDisposable {
  open(): Promise<BlobStore>
}

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const other = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'

/** What every blob store does, whatever it stands on. */
export function describeBlobStore(name: string, start: () => Promise<Engine>): void {
  describe(`the blob store on ${name}`, () => {
    let engine: Engine
    let folder: string
    beforeAll(async () => {
      engine = await start()
      folder = await mkdtemp(join(tmpdir(), 'atoll-blobs-'))
    })
    afterAll(async () => {
      await engine?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    })

    const blob = () => {
      const bytes = randomBytes(1_000)
      return { bytes, cid: parseCid(cidOfBlob(sha256(bytes))) }
    }

    it('takes a file over, makes it permanent and gives it back', async () => {
      const { bytes, cid } = blob()
      const blobs = (await engine.open()).of(did)
      const path = join(folder, 'upload')
      await writeFile(path, bytes)
      const key = await blobs.takeFile(path)
      await expect(access(path)).rejects.toThrow()
      expect([await blobs.hasTemp(key), await blobs.hasStored(cid)]).toEqual([true, false])
      await blobs.makePermanent(key, cid)
      expect([await blobs.hasTemp(key), await blobs.hasStored(cid)]).toEqual([false, true])
      expect(Buffer.from(await blobs.getBytes(cid))).toEqual(bytes)
      expect(await buffer(await blobs.getStream(cid))).toEqual(bytes)
    })

    it('takes the same blob twice, and at the same time', async () => {
      const { bytes, cid } = blob()
      const blobs = (await engine.open()).of(did)
      const put = async () => blobs.makePermanent(await blobs.putTemp(Readable.from([bytes])), cid)
      await Promise.all([put(), put(), put()])
      expect(Buffer.from(await blobs.getBytes(cid))).toEqual(bytes)
    })

    it('keeps the repositories apart', async () => {
      const { bytes, cid } = blob()
      const store = await engine.open()
      await store.of(did).putPermanent(cid, bytes)
      await expect(store.of(other).getBytes(cid)).rejects.toThrow(BlobNotFoundError)
      expect(await store.of(other).hasStored(cid)).toBe(false)
    })

    it.each([
      ['shorter', (bytes: Buffer) => bytes.subarray(0, 900)],
      ['other', (bytes: Buffer) => Buffer.from(bytes).fill(0, 0, 10)],
      ['empty', () => Buffer.alloc(0)],
    ])('breaks off before the end of a blob that has become %s', async (_what, damage) => {
      const { bytes, cid } = blob()
      const blobs = (await engine.open()).of(did)
      await blobs.putPermanent(cid, damage(bytes))
      const read: Buffer[] = []
      const reading = (async () => {
        for await (const chunk of await blobs.getStream(cid)) read.push(chunk)
      })()
      await expect(reading).rejects.toThrow('is damaged')
      expect(Buffer.concat(read).length).toBeLessThan(damage(bytes).length || 1)
    })

    it('says of a blob it does not have that it is not there', async () => {
      const { cid } = blob()
      const blobs = (await engine.open()).of(did)
      await expect(blobs.getStream(cid)).rejects.toThrow(BlobNotFoundError)
      await expect(blobs.makePermanent('never-put', cid)).rejects.toThrow()
      expect([await blobs.hasStored(cid), await blobs.hasTemp('never-put')]).toEqual([false, false])
    })

    it('forgets what was on its way when it is opened again, and nothing else', async () => {
      const { bytes, cid } = blob()
      const before = (await engine.open()).of(did)
      await before.putPermanent(cid, bytes)
      const key = await before.putTemp(bytes)
      const after = (await engine.open()).of(did)
      expect([await after.hasTemp(key), await after.hasStored(cid)]).toEqual([false, true])
    })

    it('stores nothing of an upload that breaks off', async () => {
      const blobs = (await engine.open()).of(did)
      const { bytes, cid } = blob()
      const broken = Readable.from(
        (async function* () {
          yield bytes
          throw new Error('connection lost')
        })(),
      )
      await expect(blobs.putPermanent(cid, broken)).rejects.toThrow()
      expect(await blobs.hasStored(cid)).toBe(false)
    })

    it('gives up what waits, and what is stored, when told so, once or twice', async () => {
      const { bytes, cid } = blob()
      const blobs = (await engine.open()).of(did)
      const key = await blobs.putTemp(bytes)
      for (let time = 0; time < 2; time += 1) await blobs.dropTemp(key)
      expect(await blobs.hasTemp(key)).toBe(false)
      await blobs.putPermanent(cid, bytes)
      await blobs.delete(cid)
      await blobs.deleteMany([cid])
      expect(await blobs.hasStored(cid)).toBe(false)
    })

    it('hides a blob in quarantine, and has it back', async () => {
      const { bytes, cid } = blob()
      const blobs = (await engine.open()).of(did)
      await blobs.putPermanent(cid, bytes)
      await blobs.quarantine(cid)
      await expect(blobs.getStream(cid)).rejects.toThrow(BlobNotFoundError)
      expect(await blobs.hasStored(cid)).toBe(false)
      await blobs.unquarantine(cid)
      expect(Buffer.from(await blobs.getBytes(cid))).toEqual(bytes)
    })
  })
}
