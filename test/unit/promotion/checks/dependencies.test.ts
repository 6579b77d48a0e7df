import { describe, expect, it } from 'vitest'
import { boxOf, codes, findings, name, subjectFrom } from '../subject.ts'

const core = '@acme.test/core'
const names = (...packages: Parameters<typeof boxOf>) => ({
  names: { ...subjectFrom().names, packages: boxOf(...packages) },
})

describe('dependencies', () => {
  it('may be anything that is public', async () => {
    const manifest = { dependencies: { express: '^5.0.0', '@other.test/x': '1', y: 'npm:z@^2' } }
    expect(await codes({ manifest })).toEqual([])
  })

  it.each([
    { dependencies: { [core]: '^1.0.0' } },
    { devDependencies: { [core]: '*' } },
    { optionalDependencies: { [core]: '1' } },
    { peerDependencies: { [core]: '1' } },
    { peerDependenciesMeta: { [core]: { optional: true } } },
    { bundleDependencies: [core] },
    { bundledDependencies: [core] },
    { dependencies: { core: `npm:${core}@^1.0.0` } },
    { dependencies: { [core]: 'npm:express@5' } },
    { dependencies: { [core]: 'file:../core' } },
    { overrides: { express: { [`${core}@1`]: '2' } } },
    { overrides: { [core]: { '.': '1' } } },
    { overrides: { x: `npm:${core}@1` } },
    { resolutions: { [`express/**/${core}`]: '1' } },
    { pnpm: { overrides: { [`express>${core}`]: '1' } } },
  ])('are found when they are private: %j', async (manifest) => {
    const found = (await findings({ manifest })).find(({ code }) => code === 'private-dependency')
    expect(found).toMatchObject({ severity: 'error', file: 'package.json' })
    expect(found?.message).toContain(core)
  })

  it('are said with the path through private packages, however long', async () => {
    const shape = {
      manifest: { dependencies: { '@acme/a': '^1.0.0' } },
      subject: names(
        { name: '@acme/a', devDependencies: { 'hidden-one': '1' } },
        { name: 'hidden-one', dependencies: { '@acme/a': '1', lodash: '4' } },
      ),
    }
    const messages = (await findings(shape)).filter(({ code }) => code === 'private-dependency')
    expect(messages.map(({ message }) => message)).toEqual([
      `It needs a private package: ${name} → @acme/a (dependencies)`,
      `It needs a private package: ${name} → @acme/a (dependencies) → hidden-one (devDependencies)`,
    ])
    expect(messages[0]?.remedy).toContain('Promote @acme/a@1.0.0 together with it')
  })

  it('may be private when they are promoted together, or public already', async () => {
    const manifest = { dependencies: { [core]: '1', '@acme.test/done': '1' } }
    const packages = boxOf({ name: core }, { name: '@acme.test/done' })
    const done = { ...packages.get('@acme.test/done'), publicVersions: ['1.0.0'], versions: [] }
    const subject = {
      names: { ...subjectFrom().names, packages: packages.set('@acme.test/done', done), together: new Set([core]) },
    }
    expect(await codes({ manifest, subject })).toEqual([])
  })

  it.each([
    ['file:../x', 'dependency-on-this-machine'],
    ['../x', 'dependency-on-this-machine'],
    ['workspace:^', 'dependency-on-this-machine'],
    ['link:../x', 'dependency-on-this-machine'],
    ['catalog:', 'dependency-on-this-machine'],
    ['git+ssh://git@git.corp.acme.test/x.git', 'dependency-inside'],
    ['git@git.corp.acme.test:acme/x.git', 'dependency-inside'],
    ['https://npm.box.test:8443/x.tgz', 'dependency-inside'],
    ['acme/x', 'dependency-by-url'],
    ['github:acme/x#main', 'dependency-by-url'],
    ['git+https://example.com/x.git', 'dependency-by-url'],
    ['https://example.com/x.tgz', 'dependency-by-url'],
    ['not a range!!', 'dependency-unreadable'],
  ])('by %s are %s', async (spec, code) => {
    expect(await codes({ manifest: { dependencies: { x: spec } } })).toContain(code)
  })

  it('are found in the tarball, once for each', async () => {
    const files = {
      [`node_modules/${core}/a.js`]: '1',
      [`node_modules/x/node_modules/${core}/b.js`]: '1',
      [`node_modules/${core}/package.json`]: '{}',
      'node_modules/express/index.js': '1',
    }
    const found = (await findings({ files })).filter(({ code }) => code === 'private-bundled')
    expect(found.map(({ file }) => file)).toEqual([`node_modules/${core}`, `node_modules/x/node_modules/${core}`])
  })
})
