import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { composeSbom } from '#appview/public-face/sbom/compose-sbom.ts'
import { dependenciesOf } from '#appview/public-face/sbom/dependencies-of.ts'
import type { SbomFacts } from '#appview/public-face/sbom/sbom-facts.ts'
import { parsePackageJson } from '#common/tarball/index.ts'

const name = '@acme.test/ui'
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const cid = 'bafyreih7ecgiu6nwclrsjwvxzo7ovr3knzmxkkvhiyuxkrcj6a6vlbkrti'
const tarball = `https://npm.acme.test/${did}/${name}/-/ui-1.0.0.tgz`

function factsOf(fields: object = {}, changes: Partial<SbomFacts> = {}): SbomFacts {
  return {
    ...{ name, version: '1.0.0', did, publisher: 'acme.test', createdAt: '2026-01-01T00:00:00.000Z', tarball },
    record: { uri: `at://${did}/collection/acme.test:ui:1.0.0`, cid },
    manifest: parsePackageJson(Buffer.from(JSON.stringify({ name, version: '1.0.0', ...fields }))),
    integrity: `sha512-${Buffer.alloc(64, 1).toString('base64')}`,
    source: 'https://github.com/acme/ui',
    ...changes,
  }
}

interface Component {
  'bom-ref': string
  name: string
  group?: string
  version?: string
  purl?: string
  scope?: string
  licenses?: object[]
  externalReferences?: { type: string; url: string }[]
  properties: { name: string; value: string }[]
}
interface Sbom {
  serialNumber: string
  metadata: { timestamp: string; component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn?: string[] }[]
}

const sbomOf = (...facts: Parameters<typeof factsOf>) => JSON.parse(composeSbom(factsOf(...facts))) as Sbom

/** Those that CycloneDX publishes, as the library brings them. */
async function schema() {
  const require = createRequire(import.meta.url)
  const folder = join(require.resolve('@cyclonedx/cyclonedx-library/package.json'), '..', 'res', 'schema')
  const read = (file: string) => require(join(folder, file)) as object
  const ajv = new Ajv({ strict: false, allErrors: true })
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/)
  ajv.addFormat('iri-reference', (text) => URL.canParse(text, 'https://base.test'))
  ajv.addFormat('idn-email', /@/)
  for (const file of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
    ajv.addSchema(read(file), `http://cyclonedx.org/schema/${file}`)
  return ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'))
}

const everything = {
  description: 'Buttons',
  license: 'MIT OR Apache-2.0',
  homepage: 'https://acme.test/ui',
  dependencies: { semver: '7.8.6', tar: '^7.0.0', maybe: '1.0.0', '@acme.test/base': '>=1' },
  optionalDependencies: { maybe: '1.0.0' },
  peerDependencies: { react: '18 || 19', 'react-dom': '*' },
  peerDependenciesMeta: { 'react-dom': { optional: true } },
  devDependencies: { react: '19.0.0' },
  bundleDependencies: ['tar'],
}

describe('the bill of materials of a version', () => {
  it('is valid by the schema of CycloneDX 1.6, whatever package.json says', async () => {
    const validate = await schema()
    const odd = {
      description: '',
      license: 'SEE LICENSE IN LICENSE.md',
      homepage: 'javascript:alert(1)',
      dependencies: {
        a: 'npm:@other/b@2.0.0',
        c: 'github:acme/c',
        d: 'https://x.test/d.tgz',
        e: 'latest',
        f: 'not @@ sane',
      },
      peerDependenciesMeta: { g: null },
      peerDependencies: { g: '' },
      bundleDependencies: true,
    }
    for (const fields of [{}, everything, odd]) {
      for (const source of ['https://github.com/acme/ui', 'github:acme/ui', undefined]) {
        validate(sbomOf(fields, { source }))
        expect(validate.errors).toBeNull()
      }
    }
    validate({ ...sbomOf(), specVersion: '0.1', components: [{}] })
    expect(validate.errors).not.toBeNull()
  })

  it('says which version it is, whose, under which licence, and where its bytes and sources are', () => {
    const { metadata, ...bom } = sbomOf(everything)
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 })
    const hashes = [{ alg: 'SHA-512', content: '01'.repeat(64) }]
    expect(metadata).toEqual({
      timestamp: '2026-01-01T00:00:00.000Z',
      supplier: { name: 'acme.test' },
      component: {
        ...{ type: 'library', group: '@acme.test', name: 'ui', version: '1.0.0', description: 'Buttons', hashes },
        ...{ 'bom-ref': 'pkg:npm/%40acme.test/ui@1.0.0', purl: 'pkg:npm/%40acme.test/ui@1.0.0' },
        ...{ publisher: 'acme.test', supplier: { name: 'acme.test' } },
        licenses: [{ expression: 'MIT OR Apache-2.0' }],
        externalReferences: [
          { type: 'distribution', url: tarball, hashes },
          { type: 'vcs', url: 'https://github.com/acme/ui' },
          { type: 'website', url: 'https://acme.test/ui' },
        ],
        properties: [
          { name: 'atproto:cid', value: cid },
          { name: 'atproto:did', value: did },
          { name: 'atproto:uri', value: `at://${did}/collection/acme.test:ui:1.0.0` },
        ],
      },
    })
  })

  it('names direct dependencies of all kinds, with a package URL where only one version will do', () => {
    const said = sbomOf(everything).components.map(({ 'bom-ref': ref, purl, scope }) => [ref, scope, purl])
    expect(said.sort()).toEqual([
      ['dependencies/@acme.test/base@>=1', 'required', undefined],
      ['dependencies/semver@7.8.6', 'required', 'pkg:npm/semver@7.8.6'],
      ['dependencies/tar@^7.0.0', 'required', undefined],
      ['devDependencies/react@19.0.0', 'excluded', 'pkg:npm/react@19.0.0'],
      ['optionalDependencies/maybe@1.0.0', 'optional', 'pkg:npm/maybe@1.0.0'],
      ['peerDependencies/react-dom@*', 'optional', undefined],
      ['peerDependencies/react@18 || 19', 'required', undefined],
    ])
    const tar = sbomOf(everything).components.find((one) => one.name === 'tar')
    expect(tar?.properties).toEqual([
      { name: 'cdx:npm:package:bundled', value: 'true' },
      { name: 'npm:dependency:kind', value: 'dependencies' },
      { name: 'npm:dependency:range', value: '^7.0.0' },
    ])
  })

  it('has the version depend on each of them', () => {
    const { components, dependencies } = sbomOf(everything)
    const own = dependencies.find(({ ref }) => ref === 'pkg:npm/%40acme.test/ui@1.0.0')
    expect(own?.dependsOn?.toSorted()).toEqual(components.map((one) => one['bom-ref']).toSorted())
  })

  it('is the same bytes for the same version, and has another number for another record', () => {
    expect(composeSbom(factsOf(everything))).toBe(composeSbom(factsOf(everything)))
    const record = { uri: 'at://elsewhere', cid: 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a' }
    expect(sbomOf().serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(sbomOf({}, { record }).serialNumber).not.toBe(sbomOf().serialNumber)
  })

  it.each([
    ['MIT', [{ license: { id: 'MIT' } }]],
    ['(MIT OR ISC)', [{ expression: '(MIT OR ISC)' }]],
    ['UNLICENSED', [{ license: { name: 'UNLICENSED' } }]],
    [{ type: 'MIT', url: 'https://x.test' }, [{ license: { id: 'MIT' } }]],
    [undefined, undefined],
  ])('tells the licence %j', (license, expected) => {
    expect(sbomOf({ license }).metadata.component.licenses).toEqual(expected)
  })

  it('leads nowhere but to addresses', () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'github:acme/ui', 'x', ''])
      expect(sbomOf({ homepage: url }, { source: url }).metadata.component.externalReferences).toHaveLength(1)
    expect(
      sbomOf({}, { source: 'git+ssh://git@github.com/acme/ui.git' }).metadata.component.externalReferences,
    ).toHaveLength(2)
  })
})

describe('what a dependency means', () => {
  const meant = (range: string) => {
    const [found] = dependenciesOf(factsOf({ dependencies: { key: range } }).manifest)
    return [found?.name, found?.version]
  }

  it.each([
    ['1.2.3', ['key', '1.2.3']],
    ['=1.2.3', ['key', '1.2.3']],
    ['~1.2.3', ['key', undefined]],
    ['latest', ['key', undefined]],
    ['npm:@other/name@1.0.0', ['@other/name', '1.0.0']],
    ['npm:other@^1', ['other', undefined]],
    ['github:acme/key', ['key', undefined]],
    ['file:../key', ['key', undefined]],
    ['npm:npm:x@1', ['key', undefined]],
  ])('is read as npm does: %s', (range, expected) => {
    expect(meant(range)).toEqual(expected)
  })
})
