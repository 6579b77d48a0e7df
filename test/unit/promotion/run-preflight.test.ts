import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { checks, runPreflight } from '#common/promotion/index.ts'
import { entryBlocks, packageJsonEntry } from '#test/support/archives.ts'
import { codes, findings, goodManifest, preflight, subjectFrom } from './subject.ts'

describe('the preflight', () => {
  it('has nothing against a package that is in order', async () => {
    expect(await preflight()).toEqual({ findings: [], unread: [] })
  })

  it('says errors first, and the same whenever it is asked', async () => {
    const shape = {
      manifest: { license: 'UNLICENSED', dependencies: { '@acme/b': '1', '@acme/a': '1' } },
      files: { 'z.js': '10.0.0.1', 'a.js': 'x.corp.acme.test\n10.0.0.1' },
    }
    const found = await findings(shape)
    expect(found.map(({ severity }) => severity)).toEqual(found.map(({ severity }) => severity).toSorted())
    expect(await findings(shape)).toEqual(found)
    expect(found.at(-1)).toMatchObject({ code: 'private-name' })
  })

  it('lists files it could not read, with their digests', async () => {
    const bytes = Buffer.from([0, 1, 2, 3])
    const { findings: found, unread } = await preflight({ files: { 'b.wasm': bytes, 'a.png': bytes } })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const files = ['a.png', 'b.wasm'].map((path) => ({ path, size: 4, sha256 }))
    expect({ found, unread }).toEqual({ found: [], unread: [{ version: '1.0.0', count: 2, files }] })
  })

  it('says of what nobody would read to the end that there is more', async () => {
    const text = Array.from({ length: 80 }, (_, index) => `10.0.0.${index}`).join('\n')
    const found = await findings({ files: { 'a.txt': text } })
    expect(found).toHaveLength(51)
    expect(found.filter(({ file }) => file === undefined)).toEqual([
      expect.objectContaining({
        code: 'private-address',
        message: 'There are more of this kind than the 50 that are listed',
      }),
    ])
  })

  it('throws when a tarball cannot be had: what was not read is not in order', async () => {
    const openTarball = () => Promise.reject(new Error('the bucket is away'))
    await expect(preflight({ version: { openTarball } })).rejects.toThrow('the bucket is away')
  })

  it('keeps every code for one meaning', () => {
    const all = checks.flatMap((check) => Object.keys(check.codes))
    expect(new Set(all).size).toBe(all.length)
    expect(all.every((code) => /^[a-z]+(-[a-z]+)*$/.test(code))).toBe(true)
  })

  it('is not slowed down by texts made for it', async () => {
    const hostile = [
      'a.',
      '@a/',
      '-',
      '0.',
      'fd00:',
      '/home/',
      'a@a.',
      '//',
      '"',
      'sourceMappingURL=data:',
      'sourceMappingURL=data:,',
      '//x.corp.acme.test\n',
      '10.0.0.1\n',
      'node_modules/',
    ]
    const files = Object.fromEntries(hostile.map((part, index) => [`${index}.js`, part.repeat(2 ** 19 / part.length)]))
    const started = performance.now()
    await codes({ files })
    expect(performance.now() - started).toBeLessThan(8_000)
  })
})

describe('a tarball of 50 MB', () => {
  /** A text that is longer than one piece, with a host of the inside in the line before the last. */
  async function* blocks(bytes: number): AsyncGenerator<Buffer> {
    yield entryBlocks(packageJsonEntry(goodManifest))
    yield entryBlocks({ path: 'package/LICENSE', body: 'MIT' })
    yield entryBlocks({ path: 'package/data.bin', body: Buffer.concat([Buffer.alloc(8), randomBytes(8 * 2 ** 20)]) })
    yield entryBlocks({ path: 'package/bundle.js', size: bytes })
    const line = Buffer.from(`${'const a = call(1, "two"); '.repeat(39)}xxxxxxxxx\n`.slice(-1024))
    const host = Buffer.from(`${' '.repeat(1024 - 28)}https://git.corp.acme.test/\n`)
    for (let at = 0; at < bytes; at += 1024) yield at === bytes - 2048 ? host : line
    yield Buffer.alloc(1024)
  }

  it('is read in a bounded part of its size, to the end, with the line of what is found', async () => {
    const bytes = 50 * 2 ** 20
    const peak = { bytes: 0 }
    globalThis.gc?.()
    const before = process.memoryUsage().rss
    const timer = setInterval(() => {
      peak.bytes = Math.max(peak.bytes, process.memoryUsage().rss - before)
    }, 20)
    const openTarball = async () => Readable.from(blocks(bytes)).pipe(createGzip({ level: 1 }))
    try {
      const { findings: found, unread } = await runPreflight(subjectFrom({ version: { openTarball } }))
      expect(found.filter(({ code }) => code !== 'record-differs')).toEqual([
        expect.objectContaining({ code: 'internal-host', file: 'bundle.js', line: bytes / 1024 - 1 }),
      ])
      expect(unread[0]?.files.map(({ path }) => path)).toEqual(['data.bin'])
      // A whole copy of the text would be 50 MB, and what a garbage collector has not come to yet is in it.
      expect(peak.bytes).toBeLessThan(300 * 2 ** 20)
    } finally {
      clearInterval(timer)
    }
  }, 60_000)
})
