import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { receiveUpload } from '#gateway/npm/publish/upload/index.ts'

const limits = { tarballBytes: 1_000_000, documentBytes: 100_000 }
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256))

function bodyWith(data: string, before: Record<string, unknown> = {}): string {
  return JSON.stringify({
    name: 'x',
    ...before,
    _attachments: { 'x-1.0.0.tgz': { data, length: bytes.length } },
    last: 1,
  })
}

async function receive(body: string, { chunkBytes = 65_536, changed = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-upload-'))
  const whole = Buffer.from(body)
  const chunks = Array.from({ length: Math.ceil(whole.length / chunkBytes) }, (_, index) =>
    whole.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  )
  const left = () => readdir(folder)
  try {
    const upload = await receiveUpload(Readable.from(chunks), { folder, limits: { ...limits, ...changed } })
    return { upload, left }
  } catch (error) {
    expect(await left()).toEqual([])
    throw error
  }
}

describe('the body of a publish', () => {
  it.each([1, 2, 3, 7, 64, 65_536])('is taken apart however it arrives, in chunks of %i bytes', async (chunkBytes) => {
    const { upload, left } = await receive(bodyWith(bytes.toString('base64')), { chunkBytes })
    expect(upload.document).toEqual({ name: 'x', _attachments: { 'x-1.0.0.tgz': { data: '', length: 1000 } }, last: 1 })
    expect(upload.tarball?.attachment).toBe('x-1.0.0.tgz')
    expect(await readFile(upload.tarball?.file.path ?? '')).toEqual(bytes)
    await upload[Symbol.asyncDispose]()
    expect(await left()).toEqual([])
  })

  it('is not confused by the same words elsewhere, escapes, brackets in strings, or keys in disguise', async () => {
    const decoys = {
      readme: 'an "_attachments": {"x": {"data": "QUJD"}} and \\" and }{',
      nested: { _attachments: { x: { data: 'kept' } } },
      list: [{ data: 'kept' }, ['_attachments', { data: 'kept' }]],
      data: 'kept',
      'k"ey\\': '\\',
    }
    const disguised = bodyWith(bytes.toString('base64'), decoys).replace(
      '"_attachments":{"x-1',
      '"_attach\\u006dents":{"x-1',
    )
    const { upload } = await receive(disguised, { chunkBytes: 5 })
    expect(upload.document).toMatchObject(decoys)
    expect(upload.tarball?.digests.size).toBe(bytes.length)
    await upload[Symbol.asyncDispose]()
  })

  it('may come without attachment', async () => {
    const { upload } = await receive('{"name":"x"}')
    expect(upload).toMatchObject({ document: { name: 'x' }, tarball: undefined })
  })

  it.each([
    ['is cut off', bodyWith(bytes.toString('base64')).slice(0, 700), 'InvalidRequest'],
    ['is not JSON', 'hello', 'InvalidRequest'],
    ['is empty', '', 'InvalidRequest'],
    ['has base64 with other characters', bodyWith('AAA*'), 'InvalidRequest'],
    ['has base64 that stops in the middle', bodyWith('AAAAA'), 'InvalidRequest'],
    ['has base64 that goes on after its padding', bodyWith('AA==AAAA'), 'InvalidRequest'],
    ['has base64 with escapes', bodyWith('AAAA').replace('AAAA', 'AA\\u0041A'), 'InvalidRequest'],
    ['is nested without end', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, 'InvalidRequest'],
    ['has two tarballs', '{"_attachments":{"a.tgz":{"data":"AAAA"},"b.tgz":{"data":"AAAA"}}}', 'InvalidRequest'],
  ])('is refused when it %s, and leaves nothing', async (_what, body, code) => {
    await expect(receive(body)).rejects.toMatchObject({ code })
    await expect(receive(body, { chunkBytes: 3 })).rejects.toMatchObject({ code })
  })

  it.each([1, 7, 65_536])('keeps the bundle that npm attaches, in chunks of %i bytes', async (chunkBytes) => {
    const bundle = JSON.stringify({ mediaType: 'x', text: 'with "quotes" and \\ and }' })
    const body = JSON.stringify({
      _attachments: {
        'x-1.0.0.sigstore': { data: bundle, length: bundle.length },
        'x-1.0.0.tgz': { data: bytes.toString('base64'), length: bytes.length },
      },
    })
    const { upload } = await receive(body, { chunkBytes })
    expect(upload.document).toMatchObject({ _attachments: { 'x-1.0.0.sigstore': { data: bundle } } })
    expect(upload.tarball?.attachment).toBe('x-1.0.0.tgz')
    await upload[Symbol.asyncDispose]()
  })

  it('is refused when its tarball or its document is too large, and leaves nothing', async () => {
    const body = bodyWith(bytes.toString('base64'))
    await expect(receive(body, { changed: { tarballBytes: 999 } })).rejects.toMatchObject({ code: 'PayloadTooLarge' })
    await expect(receive(body, { changed: { documentBytes: 50 } })).rejects.toMatchObject({ code: 'PayloadTooLarge' })
    await expect(receive(body, { changed: { tarballBytes: 1000 } })).resolves.toBeDefined()
  })
})
