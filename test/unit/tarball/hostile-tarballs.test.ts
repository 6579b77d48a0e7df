import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { defaultTarballLimits, inspectTarball } from '#common/tarball/index.ts'
import { type Entry, entryBlocks, packageJsonEntry, tarballOf, tarOf } from '#test/support/archives.ts'

const file = (path: string, body = 'x'): Entry => ({ path: `package/${path}`, body })

async function refusalOf(tarball: Uint8Array, limits = {}): Promise<string> {
  const error = await inspectTarball(tarball, { ...defaultTarballLimits, ...limits }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code: 'InvalidTarball', status: 400 })
  return (error as Error).message
}

describe('a tarball is refused', () => {
  it.each([
    ['leads out of the package', 'package/../../etc/passwd'],
    ['leads out of the package', 'package/lib/../../x'],
    ['leads out of the package', '..'],
    ['is an absolute path', '/etc/passwd'],
    ['is not a plain path', 'package//etc/passwd'],
    ['is not a plain path', 'package/./x'],
    ['names a drive', 'package/C:/Windows/x'],
    ['names a drive', 'package/c:x'],
    ['characters that are not allowed', 'package/..\\..\\x'],
    ['characters that are not allowed', 'package/a\nb'],
    ['characters that are not allowed', 'package/\u202egpj.exe'],
    ['is not below "package/"', 'other/index.js'],
    ['is not in a folder', 'package.json'],
    ['is not in a folder', './package.json'],
    ['is not below "package/"', 'packages/package.json'],
  ])('when a path %s: %j', async (reason, path) => {
    expect(await refusalOf(tarballOf(packageJsonEntry(), { path, body: 'x' }))).toContain(reason)
  })

  it('when a path is not UTF-8', async () => {
    const blocks = entryBlocks(file('abc'))
    // The name field, and the checksum with it: 0xff for "a" adds 0x9e.
    blocks[8] = 0xff
    const checksum = Number.parseInt(blocks.subarray(148, 154).toString(), 8) + 0xff - 0x61
    blocks.write(checksum.toString(8).padStart(6, '0'), 148)
    const tarball = gzipSync(Buffer.concat([entryBlocks(packageJsonEntry()), blocks, Buffer.alloc(1024)]))
    expect(await refusalOf(tarball)).toContain('characters that are not allowed')
  })

  it.each(['SymbolicLink', 'Link'] as const)('when it has a %s', async (type) => {
    const link = { ...file('link', ''), type, linkpath: 'package.json' }
    expect(await refusalOf(tarballOf(packageJsonEntry(), link))).toContain('is a link')
  })

  it('when package.json itself is a link', async () => {
    const link = { ...packageJsonEntry(), body: '', type: 'SymbolicLink', linkpath: '/etc/passwd' } as const
    expect(await refusalOf(tarballOf(link))).toContain('is a link')
  })

  it.each(['CharacterDevice', 'BlockDevice', 'FIFO', 'ContiguousFile', 'GNUDumpDir', 'SparseFile'] as const)(
    'when it has a %s',
    async (type) => {
      expect(await refusalOf(tarballOf(packageJsonEntry(), { ...file('x', ''), type }))).toContain(
        'only files and folders',
      )
    },
  )

  it.each([
    ['package.json', 'package.json'],
    ['lib/a.js', 'lib/a.js'],
    ['README.md', 'readme.md'],
    ['Lib/a.js', 'lib/A.js'],
    ['stra\u00dfe.js', 'STRASSE.js'],
    ['caf\u00e9.js', 'cafe\u0301.js'],
  ])('when %s and %s would be one file', async (a, b) => {
    const first = a === 'package.json' ? packageJsonEntry() : file(a)
    expect(await refusalOf(tarballOf(packageJsonEntry(), first, file(b)))).toContain('twice')
  })

  it('when a path is a file and a folder, in whichever order and case', async () => {
    expect(await refusalOf(tarballOf(packageJsonEntry(), file('lib'), file('Lib/a.js')))).toContain('also a file')
    expect(await refusalOf(tarballOf(packageJsonEntry(), file('lib/a.js'), file('LIB')))).toContain(
      'a file and a folder',
    )
    const folder: Entry = { path: 'package/lib/', type: 'Directory' }
    expect(await refusalOf(tarballOf(packageJsonEntry(), file('lib'), folder))).toContain('also a file')
  })

  it('when a header of another kind renames an entry to somewhere else', async () => {
    const record = (line: string) => `${line.length + 4} ${line}\n`
    const pax = { path: 'PaxHeader/x', type: 'ExtendedHeader', body: record('path=package/../../evil') } as const
    expect(await refusalOf(tarballOf(packageJsonEntry(), pax, file('innocent')))).toContain('leads out')
    const gnu = { path: '././@LongLink', type: 'NextFileHasLongPath', body: '/evil\0' } as const
    expect(await refusalOf(tarballOf(packageJsonEntry(), gnu, file('innocent')))).toContain('absolute')
  })

  it('when a header claims to be longer than any name', async () => {
    const pax = { path: 'PaxHeader/x', type: 'ExtendedHeader', body: Buffer.alloc(70_000, 'a') } as const
    expect(await refusalOf(tarballOf(packageJsonEntry(), pax, file('x')))).toContain('only files and folders')
  })

  it('when it is not gzip: plain tar, another compression, or noise', async () => {
    const tar = tarOf(packageJsonEntry())
    for (const bytes of [tar, brotliCompressSync(tar), Buffer.from('hello'), Buffer.alloc(0)]) {
      expect(await refusalOf(bytes)).toContain('gzip')
    }
  })

  it('when it is compressed twice', async () => {
    expect(await refusalOf(gzipSync(tarballOf(packageJsonEntry())))).toContain('not a tar archive')
  })

  it('when it is cut off anywhere', async () => {
    const tarball = tarballOf(packageJsonEntry(), { path: 'package/a', body: Buffer.alloc(3000, 'a') })
    for (let length = 0; length < tarball.length; length += 11) await refusalOf(tarball.subarray(0, length))
    const tar = tarOf(packageJsonEntry(), file('a'))
    for (let length = 0; length <= tar.length - 512; length += 128) await refusalOf(gzipSync(tar.subarray(0, length)))
  })

  it('when a bit of it is flipped', async () => {
    const tarball = tarballOf(packageJsonEntry(), file('a'))
    for (let index = 10; index < tarball.length; index += 7) {
      const flipped = Buffer.from(tarball)
      flipped[index] = (flipped[index] ?? 0) ^ 0x10
      await refusalOf(flipped)
    }
  })

  it('when a header block has the wrong checksum', async () => {
    const tar = tarOf(packageJsonEntry(), file('a'))
    tar[1024] = 0x41
    expect(await refusalOf(gzipSync(tar))).toContain('not a valid tar archive')
  })

  it('when there is more after its end, in the archive or in the file', async () => {
    const tar = tarOf(packageJsonEntry())
    const hidden = tarOf({ path: 'package/package.json', body: '{"name":"evil","version":"1.0.0"}' })
    expect(await refusalOf(gzipSync(Buffer.concat([tar, hidden])))).toContain('after the end')
    expect(await refusalOf(Buffer.concat([gzipSync(tar), gzipSync(hidden)]))).toContain('after the end')
    expect(await refusalOf(Buffer.concat([gzipSync(entryBlocks(packageJsonEntry())), gzipSync(hidden)]))).toMatch(
      /exactly one gzip file|twice/,
    )
    expect(await refusalOf(Buffer.concat([gzipSync(tar), gzipSync(Buffer.alloc(512))]))).toContain(
      'exactly one gzip file',
    )
    expect(await refusalOf(Buffer.concat([gzipSync(tar), Buffer.from('\0\0trailing garbage')]))).toContain('gzip')
  })

  it('when it unpacks to far more than its size', async () => {
    const bomb = tarballOf(packageJsonEntry(), { path: 'package/zeros', body: Buffer.alloc(20 * 2 ** 20) })
    expect(await refusalOf(bomb)).toContain('more than 200 times')
  })

  it('when its headers promise more than may be unpacked, before any of it is read', async () => {
    const header = Buffer.concat([
      entryBlocks(packageJsonEntry()),
      entryBlocks({ ...file('huge', ''), size: 2 ** 33 - 1 }),
    ])
    expect(await refusalOf(gzipSync(header))).toContain('too large when unpacked')
  })

  it('when it has too many entries, or too long a path', async () => {
    const many = Array.from({ length: 20 }, (_, index) => file(`${index}`))
    expect(await refusalOf(tarballOf(packageJsonEntry(), ...many), { entries: 20 })).toContain('more than 20 entries')
    const folders = Array.from({ length: 20 }, () => ({ path: 'package/', type: 'Directory' }) as const)
    expect(await refusalOf(tarballOf(packageJsonEntry(), ...folders), { entries: 20 })).toContain(
      'more than 20 entries',
    )
    expect(await refusalOf(tarballOf(packageJsonEntry(), file('a'.repeat(60))), { pathBytes: 64 })).toContain(
      'longer than 64',
    )
  })

  it('when it is too large as it comes, with the status npm knows for that', async () => {
    const tarball = tarballOf(packageJsonEntry())
    await expect(inspectTarball(tarball, { ...defaultTarballLimits, packedBytes: 100 })).rejects.toMatchObject({
      code: 'PayloadTooLarge',
      status: 413,
    })
  })
})

describe('a package.json is refused', () => {
  const json = (body: string | Uint8Array) => tarballOf({ path: 'package/package.json', body })

  it.each([
    ['is missing', tarballOf(file('index.js')), 'no package/package.json'],
    ['is a folder', tarballOf({ path: 'package/package.json/', type: 'Directory' }), 'no package/package.json'],
    ['is deeper', tarballOf(file('lib/package.json', '{"name":"a","version":"1.0.0"}')), 'no package/package.json'],
    ['is empty', json(''), 'not JSON'],
    ['is not JSON', json('{"name": "@acme.test/hello",}'), 'not JSON'],
    ['is not UTF-8', json(Buffer.from('{"name":"\xe9","version":"1.0.0"}', 'latin1')), 'not JSON'],
    ['is no object', json('[]'), 'not valid'],
    ['nests without end', json('['.repeat(200_000)), 'not JSON'],
    ['is too large', json(`{"a":"${'x'.repeat(262_144)}"}`), 'larger than 262144 bytes'],
  ])('when it %s', async (_, tarball, reason) => {
    expect(await refusalOf(tarball)).toContain(reason)
  })

  it.each([
    [{ name: undefined }, 'name'],
    [{ name: 'Upper' }, 'has to be "upper"'],
    [{ name: '@acme.test%2fhello' }, 'has to be "@acme.test/hello"'],
    [{ name: '../evil' }, 'not a valid package name'],
    [{ name: 7 }, 'name'],
    [{ version: undefined }, 'version'],
    [{ version: 'v1.0.0' }, 'write it as 1.0.0'],
    [{ version: '1.0' }, 'not a version'],
    [{ version: '1.0.0+build' }, 'build metadata'],
    [{ scripts: { install: ['rm', '-rf'] } }, 'scripts'],
    [{ bin: 5 }, 'bin'],
    [{ dependencies: ['left-pad'] }, 'dependencies'],
    [{ optionalDependencies: { a: 1 } }, 'optionalDependencies'],
    [{ peerDependencies: 'x' }, 'peerDependencies'],
  ])('when it says %j', async (changes, reason) => {
    const message = await refusalOf(tarballOf(packageJsonEntry(changes)))
    expect(message).toContain(reason)
    expect(message.split('was refused')).toHaveLength(2)
  })

  it('but not for a description nobody acts on', async () => {
    const odd = {
      description: 5,
      license: { type: 'MIT', url: 'x' },
      keywords: 'one',
      homepage: {},
      repository: 'github:a/b',
    }
    const { packageJson } = await inspectTarball(tarballOf(packageJsonEntry(odd)))
    expect(packageJson).toMatchObject({ license: 'MIT', keywords: ['one'], repository: { url: 'github:a/b' } })
    expect(packageJson.description).toBeUndefined()
    expect(packageJson.homepage).toBeUndefined()
  })

  it('nor for a description that no database could hold', async () => {
    const odd = { description: 'a\0b', keywords: ['fine', 'not\0fine'] }
    const { packageJson } = await inspectTarball(tarballOf(packageJsonEntry(odd)))
    expect([packageJson.description, packageJson.keywords]).toEqual([undefined, undefined])
  })
})
