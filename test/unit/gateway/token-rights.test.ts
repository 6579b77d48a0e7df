import { describe, expect, it } from 'vitest'
import { checkOperation } from '#gateway/auth/access/index.ts'
import { AddressList, isCidr } from '#gateway/auth/token/address-list.ts'
import { coversPackage, isLimited, type TokenRights } from '#gateway/auth/token/index.ts'
import { app } from '#lexicons'

const rights = (changes: Partial<TokenRights> = {}): TokenRights => ({
  access: 'read-write',
  packages: undefined,
  addresses: undefined,
  ...changes,
})

describe('networks', () => {
  const list = new AddressList(['10.0.0.0/8', '2001:db8::/32'])

  it.each(['10.1.2.3', '::ffff:10.1.2.3', '::FFFF:10.1.2.3', '2001:db8::1', '2001:DB8:0:0::2'])(
    'hold %s',
    (address) => {
      expect(list.has(address)).toBe(true)
    },
  )

  it.each(['11.0.0.1', '::ffff:11.0.0.1', '2001:db9::1', '::10.1.2.3', '10.1.2.3:443', 'localhost', ''])(
    'do not hold %s',
    (address) => {
      expect(list.has(address)).toBe(false)
    },
  )

  it.each(['10.0.0.0/8', '10.0.0.7/32', '0.0.0.0/0', '::/0', '2001:db8::/32', '::1/128'])('%s is one', (cidr) => {
    expect(isCidr(cidr)).toBe(true)
  })

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '2001:db8::/129', '::ffff:10.0.0.0/104', 'x/8', '/8', '10.0.0.0/8 '])(
    '%s is none',
    (cidr) => {
      expect(isCidr(cidr)).toBe(false)
    },
  )
})

describe('a token', () => {
  it('covers what its names and patterns say', () => {
    const some = rights({ packages: ['@acme.test/ui-*', 'left-pad'] })
    expect(['@acme.test/ui-kit', 'left-pad'].map((name) => coversPackage(some, name))).toEqual([true, true])
    expect(['@acme.test/ui', '@other/ui-kit', 'left-pad2'].map((name) => coversPackage(some, name))).toEqual([
      ...[false, false, false],
    ])
    expect(coversPackage(rights(), '@acme.test/anything')).toBe(true)
  })

  it('is limited by any limit, and when it is no person’s', () => {
    expect(isLimited({ owner: 'person', rights: rights() })).toBe(false)
    expect(isLimited({ owner: 'org', rights: rights() })).toBe(true)
    for (const limit of [
      { access: 'read-only' },
      { access: 'read-write-stage-only' },
      { packages: ['@acme.test/*'] },
      { addresses: new AddressList(['10.0.0.0/8']) },
    ] as const) {
      expect(isLimited({ owner: 'person', rights: rights(limit) })).toBe(true)
    }
  })

  const publish = app.npm.operation.publish.main.nsid
  const putTeam = app.npm.operation.putTeam.main.nsid

  it.each([
    [{}, publish, '@acme.test/ui', undefined],
    [{}, putTeam, '*', undefined],
    [{ packages: ['@acme.test/*'] }, publish, '@acme.test/ui', undefined],
    [{ packages: ['@acme.test/*'] }, publish, '@acme.tests/ui', 'TokenTooNarrow'],
    // Teams and permissions concern every package.
    [{ packages: ['@acme.test/*'] }, putTeam, '*', 'TokenTooNarrow'],
    [{ access: 'read-write-stage-only' }, publish, '@acme.test/ui', 'TokenStageOnly'],
    [{ access: 'read-write-stage-only' }, putTeam, '*', 'TokenStageOnly'],
    [{ access: 'read-only' }, publish, '@acme.test/ui', 'TokenReadOnly'],
  ] as const)('with %j asking %s about %s: %s', (limits, procedure, about, code) => {
    const check = () =>
      checkOperation({ tokenName: 'ci', rights: rights(limits as Partial<TokenRights>) }, { procedure, about })
    if (code === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code, status: 403 }))
  })
})
