import { isValidRecordKey } from '@atproto/syntax'
import { describe, expect, it } from 'vitest'
import {
  isHandleScope,
  nameAt,
  packageKey,
  parsePackageKey,
  parsePackageName,
  parseVersion,
  parseVersionKey,
  tagKey,
  tarballFile,
  versionKey,
} from '#common/names/index.ts'

const names = [
  ['@acme.com/ui', 'acme.com:ui'],
  ['@acme/ui', 'acme:ui'],
  ['left-pad', 'left-pad'],
  ['lodash.merge', 'lodash.merge'],
  ['events', 'events'],
  ['@acme.test/_private', 'acme.test:_private'],
  ['@1and1.example.org/a.b_c-d', '1and1.example.org:a.b_c-d'],
  [`@acme.test/${'x'.repeat(203)}`, `acme.test:${'x'.repeat(203)}`],
] as const

describe('package names', () => {
  it.each([
    ['@acme.test/hello', '@acme.test/hello', 'acme.test', 'hello'],
    ['@acme.test%2fhello', '@acme.test/hello', 'acme.test', 'hello'],
    ['%40acme.test%2Fhello', '@acme.test/hello', 'acme.test', 'hello'],
    ['@ACME.test/Hello', '@acme.test/hello', 'acme.test', 'hello'],
    ['left-pad', 'left-pad', undefined, 'left-pad'],
    ['buffer', 'buffer', undefined, 'buffer'],
  ])('%s is %s', (raw, name, scope, bare) => {
    expect(parsePackageName(raw)).toMatchObject({ name, scope, bare })
  })

  it('keeps capitals for upstream registries, where JSONStream still lives, and for nothing else', () => {
    const asked = parsePackageName('JSONStream')
    expect(nameAt('upstream', asked)).toBe('JSONStream')
    expect(nameAt('private', asked)).toBe('jsonstream')
  })

  it.each([
    '',
    '.',
    '..',
    '.hidden',
    '_under',
    '-option',
    'node_modules',
    'favicon.ico',
    'a/b',
    'a b',
    ' a',
    '@acme.test',
    '@acme.test/',
    '@/hello',
    '@acme.test/.hidden',
    '@acme.test/..',
    '@.test/a',
    '@-x/a',
    '@acme.test/a/b',
    '@acme.test//a',
    '@@acme/a',
    '@acme:test/a',
    'a:b',
    'a@1.0.0',
    'a~b',
    "a'b",
    'a(b)',
    'a*b',
    'a!b',
    'a\\b',
    'a\u0000b',
    'a%00b',
    '%2e%2e',
    '%',
    '%zz',
    '%c3%28',
    // Encoded twice: taking it off once leaves a percent sign.
    '@acme.test%252fhello',
    '%2540acme.test%252Fhello',
    // Letters that only look like ASCII, and one that becomes ASCII in lower case.
    '@\u0430cme.test/hello',
    '\u212aey',
    'caf\u00e9',
    'x'.repeat(215),
  ])('%j is refused with a 400', (raw) => {
    let error: unknown
    try {
      parsePackageName(raw)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'InvalidName', status: 400 })
  })

  it('are handles where the scope has a dot', () => {
    expect(isHandleScope('acme.com')).toBe(true)
    expect(isHandleScope('acme')).toBe(false)
  })
})

describe('record keys', () => {
  it.each(names)('%s is at %s, and back', (name, key) => {
    expect(packageKey(name)).toBe(key)
    expect(parsePackageKey(key).name).toBe(name)
    expect(isValidRecordKey(versionKey(name, '1.0.0-beta.1'))).toBe(true)
    expect(isValidRecordKey(tagKey(name, 'latest'))).toBe(true)
    expect(parseVersionKey(versionKey(name, '1.0.0-beta.1'))).toMatchObject({ name: { name }, version: '1.0.0-beta.1' })
  })

  it('never confuse two packages, whatever their versions and tags', () => {
    const all = ['a', 'b', '@a/b', '@a.b/c', 'a.b', 'c', '@b/a'].flatMap((name) =>
      ['1.0.0', '1.0.0-a', '1.0.0-a.b'].map((version) => versionKey(name, version)),
    )
    expect(new Set(all).size).toBe(all.length)
  })

  it.each(['', ':', 'a:b:c', 'Acme:ui', ':ui', 'acme:', '@acme:ui', 'acme/ui', 'acme%2fui'])(
    '%j is no key of a package',
    (key) => {
      expect(() => parsePackageKey(key)).toThrow('not a valid package name')
    },
  )

  it.each(['', 'left-pad', 'acme.com:ui', ':1.0.0'])('%j is no key of a version', (key) => {
    expect(() => parseVersionKey(key)).toThrow()
  })

  it('name the file as npm does', () => {
    expect(tarballFile('@acme.test/hello', '1.0.0')).toBe('hello-1.0.0.tgz')
    expect(tarballFile('left-pad', '1.3.0-rc.1')).toBe('left-pad-1.3.0-rc.1.tgz')
  })
})

describe('versions', () => {
  it.each(['0.0.0', '1.2.3', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-0.3.7', '1.0.0-x.7.z.92', '1.0.0-RC.1', '1.0.0--'])(
    '%s is one',
    (version) => expect(parseVersion(version)).toBe(version),
  )

  it.each([
    '',
    '1',
    '1.0',
    'v1.0.0',
    '=1.0.0',
    ' 1.0.0',
    '1.0.0 ',
    '1.0.0\n',
    '01.0.0',
    '1.0.0-01',
    '1.0.0-',
    '1.0.0+build',
    '1.0.0-a+b',
    '1.0.0+',
    '1.x',
    'latest',
    '^1.0.0',
    '9007199254740993.0.0',
    `1.0.0-${'a'.repeat(256)}`,
  ])('%j is none', (version) => {
    expect(() => parseVersion(version)).toThrow(expect.objectContaining({ code: 'InvalidVersion', status: 400 }))
  })

  it.each([
    ['1.0.0+build', 'build metadata'],
    ['v1.0.0', 'write it as 1.0.0'],
  ])('%s is refused with a word on why', (version, reason) => expect(() => parseVersion(version)).toThrow(reason))
})
