import { describe, expect, it } from 'vitest'
import { cidOfRecord, decodeRecord, encodeRecord } from '#common/records/index.ts'
import { buildPackageRecord, buildTagRecord, buildVersionRecord, inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { packageJsonEntry, tarballOf } from '#test/support/archives.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const createdAt = '2026-03-01T12:00:00.000Z'

const versionOf = async (changes: Record<string, unknown> = {}, readme = '# hello') => {
  const tarball = await inspectTarball(
    tarballOf(packageJsonEntry(changes), { path: 'package/README.md', body: readme }),
  )
  return { tarball, built: buildVersionRecord({ org, tarball, createdAt }) }
}

describe('the version record', () => {
  it('says of the tarball what its lexicon asks for', async () => {
    const { tarball, built } = await versionOf({ repository: { type: 'git', url: 'git+https://example.com/a.git' } })
    const record = app.npm.package.version.$parse(built.record)
    expect(built.uri).toBe(`at://${org}/app.npm.package.version/acme.test:hello:1.0.0`)
    expect(record).toMatchObject({
      package: `at://${org}/app.npm.package.record/acme.test:hello`,
      name: '@acme.test/hello',
      version: '1.0.0',
      tarball: { $type: 'blob', mimeType: 'application/gzip', size: tarball.size },
      readme: { mimeType: 'text/markdown', size: 7 },
      integrity: tarball.integrity,
      shasum: tarball.shasum,
      fileCount: 2,
      unpackedSize: tarball.unpackedSize,
      sourceRepo: 'git+https://example.com/a.git',
      createdAt,
    })
    expect(Buffer.from(record.manifest).equals(tarball.manifest)).toBe(true)
  })

  it('is the same for the same bytes, and survives storage unchanged', async () => {
    const [first, second] = [await versionOf(), await versionOf()]
    expect(first.built).toEqual(second.built)
    const stored = decodeRecord(encodeRecord(first.built.record))
    expect(cidOfRecord(stored)).toBe(first.built.cid)
    expect(app.npm.package.version.$safeParse(stored).success).toBe(true)
  })

  it('has another CID for other bytes, another organisation, another time', async () => {
    const { tarball, built } = await versionOf()
    const others = [
      (await versionOf({}, '# other')).built,
      buildVersionRecord({ org: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb', tarball, createdAt }),
      buildVersionRecord({ org, tarball, createdAt: '2026-03-01T12:00:00.001Z' }),
    ]
    expect(new Set([built, ...others].map(({ cid }) => cid)).size).toBe(4)
  })

  it('leaves out what the package does not have', async () => {
    const tarball = await inspectTarball(tarballOf(packageJsonEntry()))
    const { record } = buildVersionRecord({ org, tarball, createdAt })
    expect(Object.keys(record)).not.toEqual(expect.arrayContaining(['readme']))
    expect(record).not.toHaveProperty('sourceRepo')
    expect(record).not.toHaveProperty('hasBindingGyp')
  })

  it('says of a package that npm compiles it on install', async () => {
    const tarball = await inspectTarball(tarballOf(packageJsonEntry(), { path: 'package/binding.gyp', body: '{}' }))
    const { record } = buildVersionRecord({ org, tarball, createdAt })
    expect(app.npm.package.version.$parse(record)).toMatchObject({ hasBindingGyp: true })
  })

  it('is refused, with the reason, when it would not be valid', async () => {
    await expect(versionOf({ repository: `https://example.com/${'x'.repeat(2000)}` })).rejects.toMatchObject({
      code: 'InvalidTarball',
      message: expect.stringContaining('sourceRepo'),
    })
    const { tarball } = await versionOf()
    expect(() => buildVersionRecord({ org, tarball, createdAt: 'yesterday' })).toThrow('createdAt')
  })
})

describe('the package record', () => {
  it('says what the newest version says of the package', async () => {
    const said = { description: 'Greets', license: 'MIT', keywords: ['hello'], homepage: 'https://example.com' }
    const { tarball } = await versionOf(said)
    const { uri, record } = buildPackageRecord({ org, tarball, createdAt })
    expect(uri).toBe(`at://${org}/app.npm.package.record/acme.test:hello`)
    expect(app.npm.package.record.$parse(record)).toMatchObject({ name: '@acme.test/hello', ...said, createdAt })
  })

  it('is refused when the description is longer than a record may say', async () => {
    const { tarball } = await versionOf({ description: 'x'.repeat(2001) })
    expect(() => buildPackageRecord({ org, tarball, createdAt })).toThrow('description')
  })
})

it('builds the record of a dist-tag', () => {
  const built = buildTagRecord({ org, name: '@acme.test/hello', tag: 'latest', version: '1.0.0', createdAt })
  expect(built.uri).toBe(`at://${org}/app.npm.package.tag/acme.test:hello:latest`)
  expect(app.npm.package.tag.$parse(built.record)).toMatchObject({ tag: 'latest', version: '1.0.0' })
})
