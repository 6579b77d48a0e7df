import { describe, expect, it } from 'vitest'
import { type Capability, capabilitiesOf } from '#appview/verdict/facts/capabilities.ts'
import { type TracedVersion, traceTraits } from '#appview/verdict/facts/trace-traits.ts'

interface Told {
  manifest?: Record<string, unknown>
  publisher?: string
  hasProvenance?: boolean
  hasBindingGyp?: boolean
  released?: boolean
}

const capabilities = ({ manifest = {}, publisher, hasProvenance = true, hasBindingGyp = false }: Told): Capability[] =>
  capabilitiesOf(manifest, {
    hasBindingGyp,
    hasProvenance,
    publisher: publisher === undefined ? undefined : { id: publisher, name: publisher },
  })

/** Versions in the order in which they were published, a day apart. @returns of each, `check what < version that brought it` */
function traced(versions: Record<string, Told>): Record<string, string[]> {
  const list = Object.entries(versions).map(
    ([version, told], day): TracedVersion => ({
      version,
      publishedAt: new Date(Date.UTC(2026, 0, 1 + day)),
      capabilities: capabilities(told),
      releases: () => told.released === true,
    }),
  )
  // In whatever order they come.
  const traits = traceTraits(list.toReversed())
  return Object.fromEntries(
    Array.from(traits, ([version, found]) => [
      version,
      found.map(({ check, what, by, first, released }) =>
        [check, what, '<', by, ...(first ? ['first'] : []), ...(released ? ['released'] : [])].join(' '),
      ),
    ]),
  )
}

const scripts = (text: string) => ({ manifest: { scripts: { postinstall: text, test: 'x' } } })

describe('what a version can do', () => {
  const found = (told: Told) => capabilities(told).map(({ check, what }) => `${check} ${what}`)

  it('is to run scripts, to bring commands and dependencies', () => {
    const manifest = {
      name: '@a/tool',
      scripts: { preinstall: 'x', build: 'y' },
      bin: './cli.js',
      dependencies: { a: '1' },
      optionalDependencies: { a: '1', b: '1' },
      peerDependencies: { c: '1', d: '1' },
      peerDependenciesMeta: { d: { optional: true } },
    }
    expect(found({ manifest, publisher: 'ann' })).toEqual([
      'install-scripts preinstall',
      'binaries tool',
      'dependencies a',
      'dependencies b',
      'dependencies c',
      'new-publisher ann',
    ])
    expect(found({ hasProvenance: false })).toEqual(['lost-provenance provenance'])
  })

  it('is to compile, which npm does by itself where there is a binding.gyp', () => {
    const compiling = ['install-scripts install', 'native-build binding.gyp']
    expect(found({ hasBindingGyp: true })).toEqual(compiling)
    expect(found({ manifest: { gypfile: true } })).toEqual(compiling)
    expect(found({ manifest: { scripts: { install: 'node-gyp rebuild' } } })).toEqual(compiling)
    expect(found({ hasBindingGyp: true, manifest: { gypfile: false } })).toEqual(['native-build binding.gyp'])
  })
})

describe('what a version has', () => {
  it('it brought itself, unless the one before had it', () => {
    expect(
      traced({ '1.0.0': {}, '1.1.0': scripts('a'), '1.2.0': scripts('a'), '1.3.0': {}, '1.4.0': scripts('a') }),
    ).toEqual({
      '1.0.0': [],
      '1.1.0': ['install-scripts postinstall < 1.1.0'],
      '1.2.0': ['install-scripts postinstall < 1.1.0'],
      '1.3.0': [],
      '1.4.0': ['install-scripts postinstall < 1.4.0'],
    })
  })

  it('is new when a script of the same name does something else', () => {
    expect(traced({ '1.0.0': scripts('a'), '1.0.1': scripts('b') })['1.0.1']).toEqual([
      'install-scripts postinstall < 1.0.1',
    ])
  })

  it('is told of its first version as such', () => {
    expect(traced({ '1.0.0': scripts('a'), '1.0.1': scripts('a') })['1.0.1']).toEqual([
      'install-scripts postinstall < 1.0.0 first',
    ])
  })

  it('is compared with the highest lower one that was there before, so a backport follows its own line', () => {
    const versions = {
      '1.0.0': scripts('a'),
      '2.0.0': {},
      '1.0.1': scripts('a'),
      '2.0.1': scripts('a'),
      '0.9.0': scripts('a'),
    }
    expect(traced(versions)).toMatchObject({
      '1.0.1': ['install-scripts postinstall < 1.0.0 first'],
      '2.0.1': ['install-scripts postinstall < 2.0.1'],
      // Nothing is lower: it follows whatever was there last.
      '0.9.0': ['install-scripts postinstall < 2.0.1'],
    })
  })

  it('is fine when an exception lets the version have it that brought it', () => {
    const versions = { '1.0.0': {}, '1.1.0': { ...scripts('a'), released: true }, '1.2.0': scripts('a') }
    expect(traced(versions)['1.2.0']).toEqual(['install-scripts postinstall < 1.1.0 released'])
  })

  it('was there already where old metadata only says that there is a script', () => {
    const untold = { manifest: { hasInstallScript: true } }
    expect(traced({ '1.0.0': untold, '1.0.1': scripts('a') })['1.0.1']).toEqual(['install-scripts ? < 1.0.0 first'])
    expect(traced({ '1.0.0': scripts('a'), '1.0.1': untold })['1.0.1']).toEqual([
      'install-scripts postinstall < 1.0.0 first',
    ])
    expect(traced({ '1.0.0': {}, '1.0.1': untold })['1.0.1']).toEqual(['install-scripts ? < 1.0.1'])
  })
})

it('whoever published any version is known when they come back', () => {
  const versions = { '1.0.0': { publisher: 'ann' }, '1.0.1': { publisher: 'eve' }, '1.0.2': { publisher: 'ann' } }
  expect(traced(versions)).toEqual({
    '1.0.0': ['new-publisher ann < 1.0.0 first'],
    '1.0.1': ['new-publisher eve < 1.0.1'],
    '1.0.2': ['new-publisher ann < 1.0.0 first'],
  })
})

it('provenance is lost once a version had it, and stays lost', () => {
  const without = { hasProvenance: false }
  expect(traced({ '1.0.0': without, '1.0.1': without, '1.0.2': {}, '1.0.3': without, '1.0.4': without })).toEqual({
    '1.0.0': ['lost-provenance provenance < 1.0.0 first'],
    '1.0.1': ['lost-provenance provenance < 1.0.0 first'],
    '1.0.2': [],
    '1.0.3': ['lost-provenance provenance < 1.0.3'],
    '1.0.4': ['lost-provenance provenance < 1.0.3'],
  })
})
