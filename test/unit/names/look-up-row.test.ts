import { describe, expect, it } from 'vitest'
import { lookUpRow, parsePackageName } from '#common/names/index.ts'

const acme = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const facts = {
  grantedScopes: new Map([
    ['acme.test', acme],
    ['acme', acme],
  ]),
  privateNames: ['corp.example.com', '@tools/*', 'secret-lib', '@Mixed/one'],
}
const sourceOf = (name: string) => lookUpRow(parsePackageName(name), facts)

describe('where a name is found', () => {
  it.each(['@acme.test/hello', '@acme.test/missing', '@ACME.test/x', '@acme%2fold'])(
    '%s: with the organisation',
    (name) => {
      expect(sourceOf(name)).toEqual({ source: 'private', org: acme })
    },
  )

  it.each([
    // Somebody else's handle: nobody's, as long as the public network is not connected.
    '@other.test/y',
    '@acme.test.evil.com/x',
    '@sub.acme.test/x',
    '@corp.example.com/a',
    '@team.corp.example.com/a',
    'corp.example.com',
    '@tools/anything',
    'secret-lib',
    '@mixed/one',
  ])('%s: nowhere', (name) => {
    expect(sourceOf(name)).toEqual({ source: 'none' })
  })

  it.each(['express', '@types/node', 'lodash.merge', 'acme', 'acme.test', '@tool/x', '@mixed/two', 'secret-lib2'])(
    '%s: upstream',
    (name) => {
      expect(sourceOf(name)).toEqual({ source: 'upstream' })
    },
  )

  it('prefers a grant to a private name', () => {
    const both = { ...facts, privateNames: ['acme.test', '@acme/*'] }
    expect(lookUpRow(parsePackageName('@acme/x'), both)).toEqual({ source: 'private', org: acme })
  })
})
