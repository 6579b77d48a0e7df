import { describe, expect, it } from 'vitest'
import { buildImportedMetadata, encodeImportList, importedVersionRef } from '#common/imports/index.ts'
import { parseOperation } from '#common/records/index.ts'
import { app } from '#lexicons'
import { inventedImport } from '#test/support/packed-import.ts'
import type { Developer } from './developer.ts'
import type { Scene } from './scene.ts'

/** What somebody who approves an import sees, and what becomes of it. */
export function describeImporting(scene: () => { scene: Scene; alice: Developer }): void {
  describe('approving an import', () => {
    const attestation = app.npm.publish.attestation.$type

    /** What their repository says of a version in the list. */
    const attested = ({ list }: ReturnType<typeof inventedImport>, at: number) => {
      const imported = list.packages[0]
      const version = imported?.versions[at]
      if (imported === undefined || version === undefined) throw new Error('the list has no such version')
      const { name } = imported
      const record = { name, version: version.version, integrity: version.integrity }
      const written = { ...importedVersionRef(scene().scene.acme, imported, version), record, collection: '', rkey: '' }
      return scene().alice.witnessOf({ record: written }, attestation)
    }

    it('shows what it brings: how much, of what, from when, and every version on demand', async () => {
      const invented = inventedImport('@acme.test/shown', 3)
      const asked = await scene().alice.asksToImport(invented)
      const { title, text } = await scene().alice.opens(asked.authUrl)
      expect(title).toContain('import 3 versions of 1 package from the npm registry of the tests')
      const integrity = asked.integrity ?? ''
      const versions = invented.list.packages[0]?.versions ?? []
      const shown = [
        'From npm registry of the tests Versions 3',
        `Integrity ${integrity.slice(0, 20)}[...]${integrity.slice(80)} in full: ${integrity}`,
        '@acme.test/shown 3, 1 deprecated',
        'latest 1.0.2',
        ...versions.map(({ version, integrity: sri }) => `${version}, 2019-05-06 07:08 UTC, ${sri.slice(0, 20)}[...]`),
        'deprecated: use something newer',
      ]
      for (const words of shown) expect(text).toContain(words)
    })

    it('is refused when the gateway sends another list', async () => {
      const asked = await scene().alice.asksToImport(inventedImport('@acme.test/honest', 2))
      scene().scene.parked.uploads.set(asked.integrity ?? '', Buffer.from(inventedImport('@acme.test/evil', 2).bytes))
      const { status, text } = await scene().alice.opens(asked.authUrl)
      expect(status).toBe(400)
      expect(text).toContain('the list says')
      expect((await scene().alice.polls(asked)).status).toBe(202)
    })

    it('attests every version and approves every tag, whatever happens meanwhile', async () => {
      const invented = inventedImport('@acme.test/many', 450)
      const asked = await scene().alice.asksToImport(invented)
      await scene().alice.approves(asked)
      // In the middle of it, and the list is parked no longer.
      scene().scene.parked.uploads.delete(asked.integrity ?? '')
      await scene().scene.restartPeople()
      await expect
        .poll(
          () =>
            attested(invented, 449).then(
              () => true,
              () => false,
            ),
          { timeout: 30_000 },
        )
        .toBe(true)
      for (const at of [0, 199, 200, 399, 400]) {
        expect((await attested(invented, at)).record).toMatchObject({ method: 'import', org: scene().scene.acme })
      }
      await expect(scene().alice.witnessOf(asked, app.npm.org.approval.$type)).resolves.toBeDefined()
      const createdAt = String(parseOperation(asked.operation).input['createdAt'])
      const [tag] = invented.list.packages.flatMap((of) =>
        buildImportedMetadata({ org: scene().scene.acme, createdAt }, of),
      )
      if (tag === undefined) throw new Error('it has a tag')
      const approved = () => scene().alice.witnessOf({ record: tag }, app.npm.org.approval.$type)
      await expect
        .poll(
          () =>
            approved().then(
              () => true,
              () => false,
            ),
          { timeout: 10_000 },
        )
        .toBe(true)
    })

    it('may be approved again: what is attested already stays', async () => {
      const invented = inventedImport('@acme.test/again', 210)
      await scene().alice.approves(await scene().alice.asksToImport({ bytes: withoutLast(invented) }))
      await expect
        .poll(
          () =>
            attested(invented, 208).then(
              () => true,
              () => false,
            ),
          { timeout: 10_000 },
        )
        .toBe(true)
      const before = await attested(invented, 208)
      await scene().alice.approves(await scene().alice.asksToImport(invented))
      await expect
        .poll(
          () =>
            attested(invented, 209).then(
              () => true,
              () => false,
            ),
          { timeout: 10_000 },
        )
        .toBe(true)
      expect((await attested(invented, 208)).cid).toBe(before.cid)
    })
  })
}

function withoutLast({ list: { packages } }: ReturnType<typeof inventedImport>): Uint8Array {
  return encodeImportList({
    packages: packages.map((of) => ({ ...of, versions: of.versions.slice(0, -1), tags: [], deprecations: [] })),
  })
}
