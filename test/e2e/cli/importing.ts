import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ImportPlan, PlanTotals } from '#appliance/import/index.ts'
import type { Administrator } from '#test/support/administrator.ts'
import type { Developer } from '#test/support/developer.ts'
import type { SupervisedBox } from '#test/support/supervised-box.ts'
import { type StoredVersion, writeVerdaccioStorage } from '#test/support/verdaccio-storage.ts'

export interface ImportScene {
  box: SupervisedBox
  /** Manages acme.test, and may not publish. */
  dan: Administrator
  /** May read acme.test. */
  reader: Developer
}

type Outcome = ImportPlan & { totals: PlanTotals; written: number }

interface Packument {
  'dist-tags': Record<string, string>
  time: Record<string, string>
  versions: Record<
    string,
    { deprecated?: string; dist: { tarball: string; integrity: string; atproto: Record<string, unknown> } }
  >
}

const org = ['--org', 'acme.test']
const broken = (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)

function stored(name: string, version: string, changes: Partial<StoredVersion> = {}): StoredVersion {
  return { name, version, time: `2019-0${version[0]}-01T10:00:00.000Z`, ...changes }
}

const old = [
  stored('@acme.test/old', '1.0.0', { deprecated: 'use 2' }),
  stored('@acme.test/old', '1.1.0', { tamper: broken }),
  ...['1.2.0', '2.0.0', '3.0.0-beta.1'].map((version) => stored('@acme.test/old', version)),
]
const other = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'].map((version) => stored('@acme.test/other', version))

/** `atoll import verdaccio`, against a box with people in it. */
export function describeImporting(scene: () => ImportScene): void {
  describe('atoll import verdaccio', () => {
    let storage: string
    const args = (...more: string[]) => ['import', 'verdaccio', storage, ...org, ...more]
    const packument = async (name: string) =>
      (await (await scene().reader.get(`/${name.replace('/', '%2f')}`)).json()) as Packument

    beforeAll(async () => {
      storage = join(scene().box.folder, 'verdaccio')
      await writeVerdaccioStorage(storage, {
        '@acme.test/old': { versions: old, tags: { latest: '2.0.0', next: '3.0.0-beta.1' } },
        '@acme.test/other': { versions: other, tags: { latest: '1.0.4' } },
        'not-ours': { versions: [stored('not-ours', '1.0.0')], tags: {} },
      })
    })

    it('says what it would do, and does nothing, when it is asked to', async () => {
      const { dan } = scene()
      const outcome = await dan.reads<Outcome>(...args('--dry-run'))
      expect(outcome).toMatchObject({
        written: 0,
        totals: { packages: 2, versions: 9, refused: 2, tags: 3, deprecations: 1 },
      })
      const refused = outcome.packages.flatMap(({ name, refused, refusals }) =>
        refused === undefined ? refusals.map(({ version }) => `${name}@${version}`) : [name],
      )
      expect(refused).toEqual(['@acme.test/old@1.1.0', 'not-ours'])
    })

    it('imports nothing for somebody who may not publish', async () => {
      const refused = await scene().dan.runs(...args())
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('the permission "publish') })
    })

    it('imports every version that is sound, with its time, its tags and its bytes', async () => {
      const { dan, box } = scene()
      await dan.runs('permission', 'add', 'dan', 'publish', '@acme.test/*', ...org)
      const done = await dan.runs(...args())
      expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Imported 9 versions') })
      expect(done.stdout).toMatch(/^@acme\.test\/old +4 /m)
      expect(done.stdout).toContain('Not imported: @acme.test/old@1.1.0: it is not a complete gzip file')
      const found = await packument('@acme.test/old')
      expect(Object.keys(found.versions)).toEqual(['1.0.0', '1.2.0', '2.0.0', '3.0.0-beta.1'])
      expect(found['dist-tags']).toEqual({ latest: '2.0.0', next: '3.0.0-beta.1' })
      expect(found.time).toMatchObject({ created: old[0]?.time, '2.0.0': '2019-02-01T10:00:00.000Z' })
      expect(found.versions['1.0.0']?.deprecated).toBe('use 2')
      expect(found.versions['2.0.0']?.dist.atproto).toMatchObject({ imported: true })
      const { tarball = '', integrity } = found.versions['2.0.0']?.dist ?? {}
      const bytes = await (await scene().reader.get(tarball.slice(box.gateway.length))).arrayBuffer()
      expect(`sha512-${createHash('sha512').update(Buffer.from(bytes)).digest('base64')}`).toBe(integrity)
    })

    it('does nothing twice', async () => {
      const outcome = await scene().dan.reads<Outcome>(...args())
      expect(outcome).toMatchObject({ written: 0, totals: { versions: 0, present: 9, tags: 0 } })
    })

    it('brings what was published there since, and lets tags follow', async () => {
      const newer = [...other, stored('@acme.test/other', '2.0.0')]
      const tags = { latest: '2.0.0', previous: '1.0.4' }
      await writeVerdaccioStorage(storage, { '@acme.test/other': { versions: newer, tags } })
      expect(await scene().dan.reads<Outcome>(...args())).toMatchObject({
        written: 1,
        totals: { versions: 1, tags: 2 },
      })
      expect((await packument('@acme.test/other'))['dist-tags']).toEqual(tags)
    })

    it('never brings other bytes for a version that is here', async () => {
      const changed = [stored('@acme.test/other', '1.0.0', { files: { 'index.js': 'other()\n' } })]
      await writeVerdaccioStorage(storage, { '@acme.test/other': { versions: changed, tags: {} } })
      const { packages, written } = await scene().dan.reads<Outcome>(...args())
      expect(written).toBe(0)
      expect(packages[0]?.refusals).toMatchObject([{ reason: expect.stringContaining('other contents') }])
    })
  })
}
