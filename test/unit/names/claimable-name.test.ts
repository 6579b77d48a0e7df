import { isValidRecordKey } from '@atproto/syntax'
import { describe, expect, it } from 'vitest'
import { keysCovering, parseClaimableName, parsePackageName, scopeKey } from '#common/names/index.ts'

describe('a name that can be claimed', () => {
  it.each([
    ['@acme/*', '@acme/*', 'acme:~', true],
    ['@ACME/*', '@acme/*', 'acme:~', true],
    ['@old.test/*', '@old.test/*', 'old.test:~', true],
    ['@acme/ui', '@acme/ui', 'acme:ui', false],
    ['@Acme%2fUI', '@acme/ui', 'acme:ui', false],
    ['left-pad', 'left-pad', 'left-pad', false],
  ])('%s is %s, at %s', (raw, name, key, whole) => {
    expect(parseClaimableName(raw)).toMatchObject({ name, key, whole })
    expect(isValidRecordKey(key)).toBe(true)
  })

  it.each([
    '*',
    '/*',
    '@/*',
    '@*/*',
    '@acme/**',
    '@acme/ui-*',
    '@acme*',
    '@acme/ui/*',
    'acme/*',
    '@a:b/*',
    '@acme/~',
    '',
  ])('%j is none', (raw) => {
    expect(() => parseClaimableName(raw)).toThrow(expect.objectContaining({ code: 'InvalidName', status: 400 }))
  })
})

describe('the keys that cover a package', () => {
  it('are its own before its scope’s', () => {
    expect(keysCovering(parsePackageName('@acme/ui'))).toEqual(['acme:ui', 'acme:~'])
    expect(keysCovering(parsePackageName('left-pad'))).toEqual(['left-pad'])
  })

  it('are never those of another package or scope', () => {
    const names = ['@acme/ui', '@acme/x', '@acme.ui/x', 'acme', 'ui', '@ui/acme', '@x/acme']
    const own = names.map((name) => keysCovering(parsePackageName(name))[0])
    const scopes = ['acme', 'acme.ui', 'ui', 'x'].map(scopeKey)
    expect(new Set([...own, ...scopes]).size).toBe(names.length + scopes.length)
  })
})
