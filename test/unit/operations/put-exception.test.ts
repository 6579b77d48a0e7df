import type { LexMap } from '@atproto/lex-data'
import { describe, expect, it } from 'vitest'
import { composeOperation, putException } from '#common/operations/index.ts'
import { createTid } from '#common/records/index.ts'
import { app } from '#lexicons'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const alice = 'did:plc:cccccccccccccccccccccccc'
const createdAt = '2026-03-01T12:00:00.000Z'
const until = '2026-04-01T12:00:00.000Z'
const id = createTid()
const draft = {
  ...{ id, name: 'left-pad', versions: '^1.3.0', checks: ['min-age'], until },
  ...{ reason: 'fixes our build', decidedBy: alice, createdAt },
}
const compose = (changes: object = {}) =>
  composeOperation({ org, procedure: putException.procedure, input: { ...draft, ...changes }, expiry: 1_900_000_000 })

describe('an exception', () => {
  it('is a record of the organisation, at the key of the package', () => {
    const { write } = compose({ requestedBy: org })
    expect(write).toMatchObject({ collection: app.npm.policy.exception.$nsid, rkey: `left-pad:${id}` })
    expect(app.npm.policy.exception.$parse(write.record)).toMatchObject({
      ...{ package: 'left-pad', versions: '^1.3.0', checks: ['min-age'], until, requestedBy: org, decidedBy: alice },
    })
  })

  it('is withdrawn at the same key, also when it is over', () => {
    const withdrawn = compose({ withdrawn: true, createdAt: '2027-01-01T00:00:00.000Z' })
    expect(withdrawn.write.uri).toBe(compose().write.uri)
    expect(putException.summary({ ...draft, withdrawn: true })).toBe('withdraw the exception for left-pad ^1.3.0')
  })

  it('says in a sentence what it does, and what follows', () => {
    expect(putException.summary(draft)).toBe('except left-pad ^1.3.0 from min-age until 2026-04-01')
    expect(putException.consequence?.(draft)).toContain('can install')
    expect(putException.consequence?.({ ...draft, withdrawn: true })).toContain('policy decides again')
  })

  it('needs the right to except the package it names', () => {
    expect([putException.action, putException.packageOf(draft)]).toEqual(['except', 'left-pad'])
  })

  it('lasts a year at most', () => {
    expect(() => compose({ until: '2027-03-02T12:00:00.000Z' })).not.toThrow()
    expect(() => compose({ until: '2027-03-03T12:00:00.000Z' })).toThrow('a year at most')
  })

  it.each([
    ['an end in the past', { until: '2026-02-01T00:00:00.000Z' }],
    ['no reason', { reason: '  ' }],
    ['a range that is none', { versions: 'newest' }],
    ['no range', { versions: ' ' }],
    ['no check', { checks: [] }],
    ['a check twice', { checks: ['min-age', 'min-age'] }],
    ['a check that is none', { checks: ['Min Age'] }],
    ['a name in upper case', { name: 'Left-Pad' }],
    ['an id that is no TID', { id: 'latest' }],
    ['a field nobody reads', { extra: 1 }],
  ])('is refused with %s', (_, changes) => {
    const input = { ...compose().operation.input, ...changes } as LexMap
    expect(() => putException.parseInput(input)).toThrow(expect.objectContaining({ status: 400 }))
  })
})
