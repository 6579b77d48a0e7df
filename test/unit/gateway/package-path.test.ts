import { describe, expect, it } from 'vitest'
import { parsePackageName } from '#common/names/index.ts'
import { parsePackagePath, versionOfFile } from '#gateway/lookup/index.ts'

const did = 'did:plc:abcdefghijklmnopqrstuvwx'

describe('a path under the host root', () => {
  it.each([
    '/@acme.test%2fhello',
    '/@acme.test%2Fhello',
    '/@acme.test/hello',
    '/%40acme.test%2fhello',
    '/@ACME.test/Hello',
  ])('names a package: %s', (path) => {
    expect(parsePackagePath(path)).toMatchObject({ kind: 'package', name: { name: '@acme.test/hello' } })
  })

  it.each([
    ['/left-pad', { kind: 'package', name: { name: 'left-pad' } }],
    ['/left-pad/1.3.0', { kind: 'manifest', selector: '1.3.0' }],
    ['/@a/b/latest', { kind: 'manifest', name: { name: '@a/b' }, selector: 'latest' }],
    ['/@a%2fb/latest', { kind: 'manifest', name: { name: '@a/b' }, selector: 'latest' }],
    ['/@a/b/-/b-1.0.0.tgz', { kind: 'tarball', name: { name: '@a/b' }, did: undefined, file: 'b-1.0.0.tgz' }],
    ['/@a%2fb/-/b-1.0.0.tgz', { kind: 'tarball', name: { name: '@a/b' }, file: 'b-1.0.0.tgz' }],
    [`/${did}/@a/b/-/b-1.0.0.tgz`, { kind: 'tarball', name: { name: '@a/b' }, did, file: 'b-1.0.0.tgz' }],
    [`/${did.replaceAll(':', '%3A')}/b/-/b-1.0.0.tgz`, { kind: 'tarball', did, file: 'b-1.0.0.tgz' }],
    ['/b/-rev/1-abc', { kind: 'revision', name: { name: 'b' }, revision: '1-abc' }],
    ['/b/-/b-1.0.0.tgz/-rev/1-abc', { kind: 'tarball-revision', file: 'b-1.0.0.tgz', revision: '1-abc' }],
    ['/b/-rev', { kind: 'manifest', name: { name: 'b' } }],
    ['/b/-rev/1-abc/more', { kind: 'other', name: { name: 'b' } }],
  ])('is understood: %s', (path, expected) => {
    expect(parsePackagePath(path)).toMatchObject(expected)
  })

  it.each([
    ['/', 'MethodNotFound'],
    ['/-/all', 'MethodNotFound'],
    ['/xrpc/com.example.nothing', 'MethodNotFound'],
    ['/@acme.test', 'InvalidName'],
    ['/@acme.test%252fhello', 'InvalidName'],
    ['/..%2f..%2fetc', 'InvalidName'],
    ['/%zz', 'InvalidRequest'],
    ['/did:plc:short/@a/b/-/b-1.0.0.tgz', 'InvalidRequest'],
    ['/did:web:evil.test/@a/b/-/b-1.0.0.tgz', 'InvalidRequest'],
    [`/${did}/@a/b`, 'MethodNotFound'],
    [`/${did}/@a/b/1.0.0`, 'MethodNotFound'],
  ])('is refused: %s', (path, code) => {
    expect(() => parsePackagePath(path)).toThrow(expect.objectContaining({ code }))
  })

  it('says by its file which version a tarball is of', () => {
    const name = parsePackageName('@a/b-c')
    expect(versionOfFile(name, 'b-c-1.0.0-rc.1.tgz')).toBe('1.0.0-rc.1')
    expect(versionOfFile(name, 'b-1.0.0.tgz')).toBeUndefined()
    expect(versionOfFile(name, 'b-c-1.0.0.zip')).toBeUndefined()
  })
})
