import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TemporaryFile } from '#gateway/files/index.ts'
import { ParkedUploads } from '#gateway/operations/index.ts'

const emptyFolder = () => mkdtemp(join(tmpdir(), 'atoll-parked-'))

async function received(parked: ParkedUploads, content: string) {
  const file = await TemporaryFile.create(parked.folder)
  await file.write(Buffer.from(content))
  return { file, digests: await file.finish() }
}

describe('parked uploads', () => {
  it('are found by their integrity, and by nothing else', async () => {
    const parked = await ParkedUploads.open(await emptyFolder())
    const { file, digests } = await received(parked, 'hello')
    expect(await parked.find(digests.integrity)).toBeUndefined()
    await parked.park({ file, digests })
    await file[Symbol.asyncDispose]()
    expect(await readFile((await parked.find(digests.integrity)) ?? '', 'utf8')).toBe('hello')
    for (const other of ['', 'sha512-x', '../../etc/passwd', `sha512-${'A'.repeat(86)}==`]) {
      expect(await parked.find(other)).toBeUndefined()
    }
  })

  it('survive a restart; what was still arriving does not', async () => {
    const folder = await emptyFolder()
    const parked = await ParkedUploads.open(folder)
    await parked.park(await received(parked, 'hello'))
    await writeFile(join(folder, 'half.part'), 'half')
    await ParkedUploads.open(folder)
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('go when no operation needs them, but not while one is being written down', async () => {
    const parked = await ParkedUploads.open(await emptyFolder())
    const upload = await received(parked, 'hello')
    const { integrity } = upload.digests
    await parked.park(upload)
    await parked.sweep(async () => true)
    expect(await parked.find(integrity)).toBeDefined()
    {
      using _held = parked.hold(integrity)
      await parked.sweep(async () => false)
      expect(await parked.find(integrity)).toBeDefined()
    }
    await parked.sweep(async () => false)
    expect(await parked.find(integrity)).toBeUndefined()
  })
})
