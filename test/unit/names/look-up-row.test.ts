import { describe, expect, it } from 'vitest'
import { lookUpRow, parsePackageName } from '#common/names/index.ts'

const acme = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const other = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'
const facts = {
  owners: new Map([
    ['acme.test:~', acme],
    ['acme:~', acme],
    ['acme:theirs', other],
    ['acme:withdrawn', undefined],
    ['left-pad-internal', acme],
    ['old-name.test:~', undefined],
    ['given-up:~', undefined],
  ]),
  reserved: new Set(['claimed:~', 'claimed-tool', 'acme:claimed', 'acme:theirs']),
  privateNames: ['corp.example.com', '@tools/*', 'secret-lib', '@Mixed/one'],
}
const sourceOf = (name: string) => lookUpRow(parsePackageName(name), facts)

describe('where a name is found', () => {
  it.each([
    '@acme.test/hello',
    '@acme.test/missing',
    '@ACME.test/x',
    '@acme%2fold',
    'left-pad-internal',
    'Left-Pad-Internal',
    // Somebody else's claim alone takes nothing from whose scope it is.
    '@acme/claimed',
  ])('%s: with the organisation', (name) => {
    expect(sourceOf(name)).toEqual({ source: 'private', org: acme })
  })

  it('prefers the grant of a package to that of its scope, to whomever', () => {
    expect(sourceOf('@acme/theirs')).toEqual({ source: 'private', org: other })
  })

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
    // Was granted by itself, so it is not its scope's now.
    '@acme/withdrawn',
    '@given-up/x',
    '@old-name.test/x',
    // One half alone.
    '@claimed/x',
    'claimed-tool',
  ])('%s: nowhere', (name) => {
    expect(sourceOf(name)).toEqual({ source: 'none' })
  })

  it.each([
    'express',
    '@types/node',
    'lodash.merge',
    'acme',
    'acme.test',
    '@tool/x',
    '@mixed/two',
    'secret-lib2',
    // Granted names are no prefixes of others.
    'left-pad',
    'left-pad-internal2',
    '@acme2/x',
    '@left-pad-internal/x',
    'claimed',
  ])('%s: upstream', (name) => {
    expect(sourceOf(name)).toEqual({ source: 'upstream' })
  })

  it('prefers a grant to a private name', () => {
    const both = { ...facts, privateNames: ['acme.test', '@acme/*'] }
    expect(lookUpRow(parsePackageName('@acme/x'), both)).toEqual({ source: 'private', org: acme })
  })
})
