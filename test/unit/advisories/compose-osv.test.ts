import { describe, expect, it } from 'vitest'
import { AffectedVersions, composeOsv, readOwnAdvisory } from '#common/advisories/index.ts'

const draft = { package: '@acme.test/hello', severity: 'high', summary: 'Reads the files of others' }

/** What audits say of it: vulnerable, and where it is fixed. */
function read(affected: string, fixed?: string[]): [string, string] {
  const [about] = readOwnAdvisory(composeOsv({ ...draft, affected, fixed })).affected
  const { vulnerable, patched } = new AffectedVersions(about ?? expect.fail())
  return [vulnerable, patched]
}

describe('an advisory in a few words', () => {
  it.each([
    ['<1.4.2', ['1.4.2'], '<1.4.2', '>=1.4.2'],
    ['<1.4.2', undefined, '<1.4.2', '<0.0.0'],
    [
      '>=1.0.0 <1.4.2 || >=2.0.0 <2.1.0',
      ['1.4.2', '2.1.0'],
      '>=1.0.0 <1.4.2 || >=2.0.0 <2.1.0',
      '>=1.4.2 <2.0.0 || >=2.1.0',
    ],
    ['>=1.0.0 <1.4.2 || >=2.0.0', ['1.4.2'], '>=1.0.0 <1.4.2 || >=2.0.0', '>=1.4.2 <2.0.0'],
    ['>=1.0.0', ['1.4.2'], '>=1.0.0 <1.4.2', '>=1.4.2'],
    ['<=1.4.1', ['1.4.2'], '<1.4.2', '>=1.4.2'],
    ['<=1.4.1', undefined, '<=1.4.1', '<0.0.0'],
    ['1.2.3', undefined, '=1.2.3', '<0.0.0'],
    ['1.2.3 || 1.2.5', undefined, '=1.2.3 || =1.2.5', '<0.0.0'],
    ['>1.0.0', undefined, '>=1.0.1-0', '<0.0.0'],
    ['>1.0.0-rc.1 <1.0.0', undefined, '>=1.0.0-rc.1.0 <1.0.0', '<0.0.0'],
    ['^1.2.0', undefined, '>=1.2.0 <2.0.0-0', '<0.0.0'],
    ['*', undefined, '*', '<0.0.0'],
    ['>=99.0.0', undefined, '>=99.0.0', '<0.0.0'],
  ])('of %s, fixed in %j, is read as meant', (affected, fixed, vulnerable, patched) => {
    expect(read(affected, fixed)).toEqual([vulnerable, patched])
  })

  it.each([
    ['', undefined, 'it names no versions'],
    ['yesterday', undefined, '"yesterday" is no range of versions'],
    ['>2.0.0 <1.0.0', undefined, 'no version could be in ">2.0.0 <1.0.0"'],
    ['<1.4.2', ['soon'], '"soon" is no version'],
    ['<1.4.2', ['1.4.1'], '1.4.1 is where none of the affected versions end'],
    ['<1.4.2', ['1.5.0'], '1.5.0 is where none'],
    ['<=1.4.2', ['1.4.2'], '1.4.2 is where none'],
    ['1.2.3', ['1.0.0'], '1.0.0 is where none'],
  ])('of %j, fixed in %j, is refused', (affected, fixed, reason) => {
    expect(() => composeOsv({ ...draft, affected, fixed })).toThrow(reason)
  })

  it('keeps all that was said', () => {
    const said = {
      details: 'It follows links.',
      aliases: ['CVE-2026-7'],
      id: 'ACME-1',
      references: ['https://acme.test/1'],
    }
    const cvss = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
    expect(readOwnAdvisory(composeOsv({ ...draft, ...said, cvss, affected: '*' }))).toMatchObject({
      ...said,
      references: [{ type: 'WEB', url: 'https://acme.test/1' }],
      severity: 'high',
      cvss: { vector: cvss, tenths: 98 },
    })
  })
})
