import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import ssri from 'ssri'
import { describe, expect, it } from 'vitest'
import { cidOfBlob } from '#common/records/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { packageJsonEntry, tarballOf, tarOf } from '#test/support/archives.ts'
import { pack, packageFolder } from '#test/support/package-folder.ts'

const sha = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest()

describe('inspecting a tarball', () => {
  it('says what is in it', async () => {
    const manifest = {
      scripts: { postinstall: 'node x', test: 'x' },
      bin: './cli.js',
      dependencies: { semver: '^7.0.0' },
    }
    const tarball = tarballOf(
      packageJsonEntry(manifest),
      { path: 'package/README.md', body: '# hello' },
      { path: 'package/lib/a.js', body: 'a' },
      { path: 'package/binding.gyp', body: '{}' },
    )
    const found = await inspectTarball(tarball)
    expect(found).toMatchObject({
      integrity: ssri.fromData(tarball, { algorithms: ['sha512'] }).toString(),
      shasum: sha('sha1', tarball).toString('hex'),
      size: tarball.length,
      blobCid: cidOfBlob(sha('sha256', tarball)),
      fileCount: 4,
      installScripts: ['postinstall'],
      hasBindingGyp: true,
      packageJson: { name: '@acme.test/hello', version: '1.0.0', ...manifest },
      readme: { path: 'README.md', mimeType: 'text/markdown', cid: cidOfBlob(sha('sha256', Buffer.from('# hello'))) },
    })
    expect(found.files.map(({ path }) => path)).toEqual(['README.md', 'binding.gyp', 'lib/a.js', 'package.json'])
    expect(found.unpackedSize).toBe(found.files.reduce((sum, { size }) => sum + size, 0))
  })

  it('keeps the exact bytes of package.json', async () => {
    const body = '\ufeff{ "version":"1.0.0",\r\n\t"name" : "@acme.test/hello" }\n'
    const { manifest } = await inspectTarball(tarballOf({ path: 'package/package.json', body }))
    expect(Buffer.from(manifest).toString()).toBe(body)
  })

  it('takes what npm and other packers write: folders, long paths, empty files', async () => {
    const longName = `${'deep/'.repeat(40)}file.js`
    const folder = await packageFolder({
      name: '@acme.test/hello',
      version: '1.0.0',
      files: { [longName]: 'x', 'empty.js': '' },
    })
    const { files } = await inspectTarball(await pack(folder))
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining([longName, 'empty.js', 'package.json']))
  })

  it('takes any one folder as the package, as every client does', async () => {
    const { body } = packageJsonEntry()
    const tarball = tarballOf(
      { path: 'node/', type: 'Directory' },
      { path: 'node/package.json', body },
      { path: 'node/a.d.ts', body: 'a' },
    )
    const { files, packageJson } = await inspectTarball(tarball)
    expect(files.map(({ path }) => path)).toEqual(['a.d.ts', 'package.json'])
    expect(packageJson.name).toBe('@acme.test/hello')
  })

  it.each([1, 7, 511, 513, 65_536])(
    'gives the same answer whether it comes whole or in pieces of %i bytes',
    async (length) => {
      const body = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251))
      const tarball = tarballOf({ path: 'package/a.bin', body }, packageJsonEntry(), {
        path: 'package/README',
        body: 'x',
      })
      const pieces = Array.from({ length: Math.ceil(tarball.length / length) }, (_, index) =>
        tarball.subarray(index * length, (index + 1) * length),
      )
      expect(await inspectTarball(Readable.from(pieces))).toEqual(await inspectTarball(tarball))
    },
  )

  it.each([
    [['README.md', 'readme'], 'README.md', 'text/markdown'],
    [['Readme.txt', 'README'], 'README', 'text/plain'],
    [['readme.markdown', 'README.TXT'], 'readme.markdown', 'text/markdown'],
  ])('of %j, takes %s for the README', async (paths, path, mimeType) => {
    for (const order of [paths, paths.toReversed()]) {
      const readmes = order.map((name) => ({ path: `package/${name}`, body: name }))
      expect((await inspectTarball(tarballOf(packageJsonEntry(), ...readmes))).readme).toMatchObject({ path, mimeType })
    }
  })

  it('knows no README but one at the top, and none that is larger than a record may carry', async () => {
    const deep = { path: 'package/docs/README.md', body: 'x' }
    expect((await inspectTarball(tarballOf(packageJsonEntry(), deep))).readme).toBeUndefined()
    const huge = { path: 'package/README.md', body: Buffer.alloc(2 ** 20 + 1, 'x') }
    expect((await inspectTarball(tarballOf(packageJsonEntry(), huge))).readme).toBeUndefined()
  })

  it('leaves the source open when it refuses, so that the request can still be answered', async () => {
    const endless = function* () {
      for (;;) yield Buffer.from('this is not gzip')
    }
    const source = Readable.from(endless())
    await expect(inspectTarball(source)).rejects.toMatchObject({ code: 'InvalidTarball' })
    expect(source.destroyed).toBe(false)
    source.destroy()
  })

  it('passes on what breaks the source, and does not blame the tarball for it', async () => {
    const tarball = tarballOf(packageJsonEntry())
    const source = Readable.from(
      (async function* () {
        yield tarball.subarray(0, 20)
        throw new Error('connection lost')
      })(),
    )
    await expect(inspectTarball(source)).rejects.toThrow('connection lost')
  })

  it('reads archives padded to a tape block, as tar pads them', async () => {
    const padded = gzipSync(Buffer.concat([tarOf(packageJsonEntry()), Buffer.alloc(10_240)]))
    expect((await inspectTarball(padded)).fileCount).toBe(1)
  })
})
