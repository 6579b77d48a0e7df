import { describe, expect, it } from 'vitest'
import { applyWaivers, type Finding, type Waiver } from '#common/promotion/index.ts'

const finding = (code: string, severity: Finding['severity'], place = {}): Finding => ({
  code,
  severity,
  package: '@acme.test/ui',
  version: '1.0.0',
  message: 'm',
  remedy: 'r',
  ...place,
})
const address = finding('private-address', 'warning', { file: 'a.js', line: 1 })
const other = finding('private-address', 'warning', { file: 'b.js' })
const secret = finding('secret', 'error', { file: 'a.js' })
const reason = 'an example of the docs'

describe('waivers', () => {
  it('take warnings away, with their reason', () => {
    expect(applyWaivers([secret, address, other], [{ code: 'private-address', reason: ` ${reason} ` }])).toEqual({
      open: [secret],
      waived: [
        { ...address, reason },
        { ...other, reason },
      ],
      unused: [],
    })
  })

  it('may be for one file or version, and say so when there is nothing there', () => {
    const waivers = [
      { code: 'private-address', file: 'b.js', reason },
      { code: 'private-address', version: '2.0.0', reason },
    ]
    const { open, waived, unused } = applyWaivers([address, other], waivers)
    expect([open, waived, unused]).toEqual([[address], [{ ...other, reason }], [waivers[1]]])
  })

  it('for files do not cover what was only counted', () => {
    const summary = finding('private-address', 'warning', {
      message: 'There are more of this kind than the 50 that are listed',
    })
    expect(applyWaivers([summary], [{ code: 'private-address', file: 'a.js', reason }]).open).toEqual([summary])
  })

  it.each<[string, Waiver, RegExp]>([
    ['an unknown code', { code: 'nonsense', reason }, /no check/],
    ['a code of every object', { code: 'constructor', reason }, /no check/],
    ['an error', { code: 'secret', reason }, /cannot be waived/],
    ['no reason', { code: 'private-address', reason: ' \n' }, /needs a reason/],
    ['too long a reason', { code: 'private-address', reason: 'x'.repeat(1001) }, /longer than 1000/],
  ])('are refused with %s', (_, waiver, message) => {
    expect(() => applyWaivers([address], [waiver])).toThrow(
      expect.objectContaining({ code: 'InvalidWaiver', status: 400 }),
    )
    expect(() => applyWaivers([address], [waiver])).toThrow(message)
  })

  it('are refused when there are too many to read', () => {
    const waivers = Array.from({ length: 201 }, () => ({ code: 'private-address', reason }))
    expect(() => applyWaivers([], waivers)).toThrow(/more than 200/)
  })

  it('never take an error away, even one whose code warns elsewhere', () => {
    const graver = finding('private-address', 'error')
    expect(applyWaivers([graver], [{ code: 'private-address', reason }]).open).toEqual([graver])
  })
})
