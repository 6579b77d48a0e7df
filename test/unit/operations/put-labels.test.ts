import { describe, expect, it } from 'vitest'
import { composeLabels, type PutLabelsInput, putLabels } from '#common/operations/index.ts'
import { operationHash } from '#common/records/index.ts'

const org = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const expiry = 1_800_000_000
const label: PutLabelsInput = {
  subject: 'pkg:npm/left-pad',
  versions: ['1.3.0'],
  val: 'malware',
  reason: 'it reads mailboxes',
  createdAt: '2026-11-29T12:00:00.000Z',
}
const { versions: _, ...whole } = label
const compose = (input: PutLabelsInput) => composeLabels(org, input, expiry)

describe('an operation that labels', () => {
  it('is signed as a whole: every word of it makes another hash', () => {
    const changes: Partial<PutLabelsInput>[] = [
      { subject: 'pkg:npm/right-pad' },
      { versions: ['1.3.1'] },
      { val: 'revoked' },
      { neg: true },
      { reason: 'because' },
      { exp: '2027-01-01T00:00:00.000Z' },
    ]
    const hashes = [label, ...changes.map((change) => ({ ...label, ...change }))].map((input) => {
      const { op, bytes } = compose(input)
      expect(Buffer.from(operationHash(bytes))).toEqual(Buffer.from(op))
      return Buffer.from(op).toString('hex')
    })
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('takes the permission for the package, and for everything when it is about an account', () => {
    expect(putLabels.packageOf(label)).toBe('left-pad')
    expect(putLabels.packageOf({ ...whole, subject: org })).toBe('*')
    expect(putLabels.executor).toBe('appview')
  })

  it('says in a sentence what it is about', () => {
    expect(putLabels.summary(label)).toBe('label left-pad@1.3.0 as "malware"')
    expect(putLabels.summary({ ...label, neg: true })).toBe('take the label "malware" off left-pad@1.3.0')
    expect(putLabels.summary({ ...whole, range: '<1.3.0' })).toContain('in the range "<1.3.0", those to come included')
    expect(putLabels.summary(whole)).toContain('every version of it')
    expect(putLabels.summary({ ...whole, subject: org })).toContain(`everything that ${org} publishes`)
    expect(putLabels.consequence?.(label)).toContain(label.reason)
  })

  it.each<[string, Partial<PutLabelsInput>, string]>([
    ['another word', { val: 'malwear' }, 'Did you mean "malware"'],
    ['what is nothing to a registry', { subject: 'https://example.com/' }, 'no package'],
    ['a subject with a version', { subject: 'pkg:npm/left-pad@1.3.0' }, 'is a version'],
    ['a subject that can be written otherwise', { subject: 'pkg:npm/@scope/x' }, 'not written as'],
    ['versions and a range', { range: '<1.3.0' }, 'versions and a range'],
    ['a version twice', { versions: ['1.0.0', '1.0.0'] }, 'twice'],
    ['what is no version', { versions: ['1'] }, ''],
    ['versions of an account', { subject: org }, 'has no versions'],
    ['a range that can be written otherwise', { versions: undefined, range: '<1.3' }, 'not written as'],
    ['what is no range', { versions: undefined, range: 'new' }, 'no range'],
    ['an end before its beginning', { exp: '2026-11-29T12:00:00.000Z' }, 'expire'],
    ['an end of what is taken back', { neg: true, exp: '2027-01-01T00:00:00.000Z' }, 'does not expire'],
    ['two ways to say the same', { neg: false }, 'taken back'],
    ['no reason', { reason: '' }, ''],
  ])('is not made with %s', (_, change, message) => {
    expect(() => compose({ ...label, ...change })).toThrow(message)
  })
})
