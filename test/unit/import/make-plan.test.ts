import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Journal } from '#appliance/import/plan/journal.ts'
import { makePlan, type Planning } from '#appliance/import/plan/make-plan.ts'
import { VerdaccioStorage } from '#appliance/import/sources/verdaccio-storage.ts'
import { type StoredVersion, writeVerdaccioStorage } from '#test/support/verdaccio-storage.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const time = '2020-01-02T03:04:05.000Z'
const ui = (version: string, changes: Partial<StoredVersion> = {}): StoredVersion => ({
  name: '@acme/ui',
  version,
  time,
  ...changes,
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-import-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function plan(changes: Partial<Planning> = {}, patterns: string[] = []) {
  await using journal = await Journal.open(join(folder, 'work', 'read.jsonl'))
  return await makePlan({
    source: new VerdaccioStorage(join(folder, 'storage'), patterns),
    org,
    journal,
    tarballs: join(folder, 'work', 'tarballs'),
    refuseName: async () => undefined,
    stateOf: async () => ({ versions: new Map(), tags: new Map(), deprecations: new Map() }),
    progress: { found: () => {}, read: () => {} },
    stop: new AbortController().signal,
    ...changes,
  })
}

function storage(...versions: StoredVersion[]): Promise<void> {
  return writeVerdaccioStorage(join(folder, 'storage'), { '@acme/ui': { versions, tags: { latest: '1.0.0' } } })
}

describe('the plan of an import from a Verdaccio storage', () => {
  it('has every version with its time, tags and deprecations', async () => {
    await storage(ui('1.0.0', { deprecated: 'use 1.1' }), ui('1.1.0', { time: '2021-01-01T00:00:00.000Z' }))
    const { packages } = await plan()
    expect(packages).toMatchObject([
      {
        name: '@acme/ui',
        versions: [
          { version: '1.0.0', createdAt: time, integrity: expect.stringMatching(/^sha512-/) },
          { version: '1.1.0', createdAt: '2021-01-01T00:00:00.000Z' },
        ],
        refusals: [],
        tags: [{ tag: 'latest', version: '1.0.0' }],
        deprecations: [{ version: '1.0.0', message: 'use 1.1' }],
      },
    ])
  })

  it.each<[string, Partial<StoredVersion>, string]>([
    [
      'other bytes',
      { tamper: (bytes) => Buffer.concat([bytes.subarray(0, 9), Buffer.of(7), bytes.subarray(10)]) },
      'shasum',
    ],
    ['half of its bytes', { tamper: (bytes) => bytes.subarray(0, 100) }, 'not a complete gzip file'],
    ['no bytes', { tamper: () => undefined }, 'is not in the storage'],
    ['another name inside', { manifest: { name: '@acme/other' } }, 'the name is @acme/other'],
    ['another version inside', { manifest: { version: '6.6.6' } }, 'the version is 6.6.6'],
    ['build metadata', { version: '1.0.0+linux' }, 'build metadata'],
  ])('refuses a version with %s, and takes the others', async (_, changes, says) => {
    await storage(ui('1.1.0'), ui('1.0.0', changes))
    const [found] = (await plan()).packages
    expect(found?.versions.map(({ version }) => version)).toEqual(['1.1.0'])
    expect(found?.refusals).toMatchObject([{ reason: expect.stringContaining(says) }])
  })

  it('refuses a version of which the source knows no digest', async () => {
    await storage(ui('1.0.0'))
    const path = join(folder, 'storage', '@acme/ui', 'package.json')
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll(/"(shasum|integrity)"/g, '"x"'))
    expect((await plan()).packages[0]?.refusals).toMatchObject([{ reason: expect.stringContaining('no digest') }])
  })

  it('does not believe a time that is yet to come', async () => {
    await storage(ui('1.0.0', { time: '2999-01-01T00:00:00.000Z' }))
    const createdAt = (await plan()).packages[0]?.versions[0]?.createdAt ?? ''
    expect(Math.abs(Date.now() - Date.parse(createdAt))).toBeLessThan(60_000)
  })

  it('refuses a package whose name is not the organisation’s, and reads nothing of it', async () => {
    await storage(ui('1.0.0'))
    const { packages } = await plan({ refuseName: async () => 'it is not yours' })
    expect(packages).toMatchObject([{ refused: 'it is not yours', versions: [] }])
  })

  it('takes what was published there, and of that what is asked for', async () => {
    const versions = [ui('1.0.0')]
    const other = { versions: [ui('1.0.0', { name: 'other' })], tags: {} }
    await writeVerdaccioStorage(join(folder, 'storage'), { '@acme/ui': { versions, tags: {} }, other })
    expect((await plan()).packages.map(({ name }) => name)).toEqual(['@acme/ui', 'other'])
    expect((await plan({}, ['@acme/*'])).packages.map(({ name }) => name)).toEqual(['@acme/ui'])
    await expect(plan({}, ['@none/*'])).rejects.toThrow('Nothing @none/* was published')
    await writeFile(join(folder, 'storage', '.verdaccio-db.json'), '{"list":["other"]}')
    expect((await plan()).packages.map(({ name }) => name)).toEqual(['other'])
    await writeFile(join(folder, 'storage', '.verdaccio-db.json'), '{"list":[]}')
    await expect(plan()).rejects.toThrow('was published in')
    await rm(join(folder, 'storage', '.verdaccio-db.json'))
    expect((await plan()).packages.map(({ name }) => name)).toEqual(['@acme/ui', 'other'])
    await rm(join(folder, 'storage'), { recursive: true })
    await expect(plan()).rejects.toThrow('is not a folder')
  })
})

describe('planning again', () => {
  const tarball = () => join(folder, 'storage', '@acme/ui', 'ui-1.0.0.tgz')

  it('does not read again what was read', async () => {
    await storage(ui('1.0.0'))
    const before = await plan()
    await writeFile(tarball(), 'no longer a tarball')
    expect(await plan()).toEqual(before)
  })

  it('reads again what is described otherwise, and what was not there', async () => {
    await storage(ui('1.0.0'))
    await rm(tarball())
    expect((await plan()).packages[0]).toMatchObject({ refusals: [{ temporary: true }] })
    await storage(ui('1.0.0'))
    expect((await plan()).packages[0]).toMatchObject({ refusals: [], versions: [{ version: '1.0.0' }] })
    await storage(ui('1.0.0', { tamper: () => Buffer.from('x'), time: '2020-02-02T00:00:00.000Z' }))
    expect((await plan()).packages[0]).toMatchObject({ refusals: [{ temporary: false }] })
  })

  it('stands a journal that ends in the middle of a line', async () => {
    await storage(ui('1.0.0'))
    await plan()
    await appendFile(join(folder, 'work', 'read.jsonl'), '{"key":"')
    await rm(tarball())
    expect((await plan()).packages[0]?.versions).toHaveLength(1)
  })
})
