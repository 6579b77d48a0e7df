import { describe, expect, it } from 'vitest'
import { composeOperation, purge, purgeUpstream, readOperation } from '#common/operations/index.ts'
import { app } from '#lexicons'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const draft = {
  name: '@acme.test/hello',
  versions: ['1.0.0', '1.1.0'],
  reason: 'court order 12/345',
  createdAt: '2026-11-30T00:00:00.000Z',
}
const compose = (kind: typeof purge, changes: object = {}) =>
  composeOperation({ org, procedure: kind.procedure, input: { ...draft, ...changes }, expiry: 1_900_000_000 })

describe('a purge', () => {
  it('writes a record for each version, in the place that is this version’s', () => {
    const { operation, write } = compose(purge)
    const { input } = readOperation(operation)
    const { main } = app.npm.package.purge
    expect(write.uri).toBe(`at://${org}/${main.$type}/acme.test:hello:1.0.0`)
    expect(write.record).toMatchObject({
      package: `at://${org}/app.npm.package.record/acme.test:hello`,
      version: '1.0.0',
      reason: draft.reason,
    })
    expect(purge.furtherRecordsOf(org, input as never).map(({ rkey }) => rkey)).toEqual(['acme.test:hello:1.1.0'])
  })

  it('of upstream is another record, by the name alone', () => {
    const { write } = compose(purgeUpstream, { name: 'left-pad', versions: ['1.3.0'] })
    expect(write.uri).toBe(`at://${org}/${app.npm.upstream.purge.main.$type}/left-pad:1.3.0`)
    expect(write.record).toMatchObject({ package: 'left-pad', version: '1.3.0', reason: draft.reason })
  })

  it('is for who manages the organisation; of upstream, for who may label the package', () => {
    const about = { ...draft, record: 'x' }
    expect([purge.action, purge.packageOf(about)]).toEqual(['manage', '*'])
    expect([purgeUpstream.action, purgeUpstream.packageOf(about)]).toEqual(['label', draft.name])
    for (const kind of [purge, purgeUpstream]) expect(kind.irrevocable).toBe(true)
  })

  it('says what is deleted, and that it is not taken back', () => {
    for (const kind of [purge, purgeUpstream]) {
      expect(kind.summary(draft)).toContain('@acme.test/hello 1.0.0, 1.1.0')
      expect(kind.consequence?.(draft)).toContain('This is not taken back.')
    }
  })

  it.each([
    ['without a reason', { reason: ' \n' }],
    ['with a reason that is too long', { reason: 'x'.repeat(2_001) }],
    ['of no version', { versions: [] }],
    ['of a version twice', { versions: ['1.0.0', '1.0.0'] }],
    ['of a range', { versions: ['^1.0.0'] }],
    ['of what is no name', { name: '@acme.test' }],
    ['of more versions than a commit takes', { versions: Array.from({ length: 201 }, (_, patch) => `1.0.${patch}`) }],
  ])('%s is refused', (_what, changes) => {
    for (const kind of [purge, purgeUpstream])
      expect(() => compose(kind, changes)).toThrow(expect.objectContaining({ status: 400 }))
  })
})
