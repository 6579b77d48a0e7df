import { expect, it } from 'vitest'
import { findChain, type LedgerRight } from '#appview/entitlement/find-chain.ts'

const did = (name: string) => `did:plc:${name}`
const [dan, erin, alice] = ['dan', 'erin', 'alice'].map(did) as [string, string, string]
const name = '@acme.test/hello'
const attested = { name, author: alice, method: 'mfa', stagedBy: null, publisher: null }

const rule = (id: string, subject: string, action: string, approvedBy: string, packages = '*'): LedgerRight => ({
  uri: `at://org/app.npm.org.permission/${id}`,
  cid: `cid-${id}`,
  approvedBy,
  value: {
    ...{ kind: 'permission', subject, action, packages, effect: 'allow', retired: false },
    createdAt: '2026-01-01T00:00:00.000Z',
  },
})
const find = (rights: LedgerRight[], at = rights.length) =>
  findChain(attested, { managers: [dan], rights, groups: new Map() }, at)?.rights.map(({ cid }) => cid)

it('finds the rights that are needed among thousands that are not', () => {
  const manages = rule('manages', erin, 'manage', dan)
  const others = Array.from({ length: 2_000 }, (_, at) => rule(`other-${at}`, did(`p${at}`), 'publish', erin))
  expect(find([manages, rule('hers', alice, 'publish', erin), ...others])).toEqual(['cid-manages', 'cid-hers'])
})

it('goes by what was in effect at that time', () => {
  const [old, retired] = [rule('one', alice, 'publish', dan), rule('one', alice, 'publish', dan)]
  const rights = [old, { ...retired, cid: 'cid-retired', value: { ...retired.value, retired: true } }]
  expect(find(rights, 1)).toEqual(['cid-one'])
  expect(find(rights, 0)).toBeUndefined()
  expect(find(rights)).toBeUndefined()
})

it('gives up on what leads nowhere, and on what leads further than anybody’s right', () => {
  const inCircle = [
    rule('a', erin, 'manage', alice),
    rule('b', alice, 'manage', erin),
    rule('c', alice, 'publish', erin),
  ]
  expect(find(inCircle)).toBeUndefined()
  const down = Array.from({ length: 1_000 }, (_, at) =>
    rule(`m-${at}`, did(`m${at + 1}`), 'manage', at === 0 ? dan : did(`m${at}`)),
  )
  expect(find([...down, rule('last', alice, 'publish', did('m1000'))])).toBeUndefined()
  expect(find([...down.slice(0, 3), rule('last', alice, 'publish', did('m3'))])).toHaveLength(4)
})
