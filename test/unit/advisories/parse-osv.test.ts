import { describe, expect, it } from 'vitest'
import { advisoryNumber, MalformedAdvisory, parseOsv } from '#common/advisories/index.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'

const vector = {
  v3: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
  low: 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N',
  v4: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
}
const severityOf = (changes: Record<string, unknown>) => parseOsv(osvEntry(changes))?.severity

describe('an entry of OSV', () => {
  it('is kept as far as it is about npm', () => {
    const others = { package: { ecosystem: 'PyPI', name: 'left-pad' }, versions: ['1.0'] }
    const entry = osvEntry({ affected: [others, ...(osvEntry()['affected'] as object[])] })
    expect(parseOsv(entry)).toEqual({
      id: 'GHSA-2222-3333-4444',
      aliases: ['CVE-2026-0001'],
      summary: 'Command injection in left-pad',
      severity: 'high',
      cwes: ['CWE-77'],
      url: 'https://github.com/advisories/GHSA-2222-3333-4444',
      published: '2026-02-01T12:00:00.000Z',
      modified: '2026-03-01T12:00:00.123Z',
      affected: [{ name: 'left-pad', ranges: [{ events: [{ introduced: '0' }, { fixed: '1.3.1' }] }], versions: [] }],
    })
    expect(parseOsv(osvEntry({ affected: [others] }))).toBeUndefined()
  })

  it('may name a package several times', () => {
    const affected = [
      affectedEntry('x', [{ introduced: '1.0.0' }, { fixed: '1.1.0' }], { versions: ['1.0.0', '3.0.0', 'no version'] }),
      affectedEntry('x', [{ introduced: '2.0.0' }, { last_affected: '2.1.0' }]),
      affectedEntry('y', [{ introduced: '0' }]),
    ]
    const [x, y] = parseOsv(osvEntry({ affected }))?.affected ?? []
    expect(x?.ranges).toHaveLength(2)
    expect(x?.ranges[1]?.events[1]).toEqual({ lastAffected: '2.1.0' })
    // What the range says already is not said again.
    expect(x?.versions).toEqual(['3.0.0'])
    expect(y?.name).toBe('y')
  })

  it('has the address its authors name, when that leads to the web', () => {
    const url = (references: object[]) => parseOsv(osvEntry({ id: 'X-1', references }))?.url
    const advisory = { type: 'ADVISORY', url: 'https://advisory.test/1' }
    expect(url([{ type: 'WEB', url: 'https://web.test/' }, advisory])).toBe('https://advisory.test/1')
    expect(url([{ type: 'WEB', url: 'https://web.test/' }])).toBe('https://web.test/')
    expect(url([{ type: 'WEB', url: 'javascript:alert(1)' }])).toBeUndefined()
  })

  it.each([
    ['no object', 'rubbish'],
    ['no id', osvEntry({ id: undefined })],
    ['an id with a line in it', osvEntry({ id: 'a\nb' })],
    ['no time', osvEntry({ modified: 'yesterday' })],
    ['a range of no versions', osvEntry({ affected: [affectedEntry('x', [{ introduced: 'one' }])] })],
    ['a name that cannot be kept', osvEntry({ affected: [affectedEntry('x\0', [{ introduced: '0' }])] })],
    ['a package without a name', osvEntry({ affected: [affectedEntry('', [{ introduced: '0' }])] })],
  ])('is malformed with %s', (_, entry) => {
    expect(() => parseOsv(entry)).toThrow(MalformedAdvisory)
  })
})

describe('severity', () => {
  it.each([
    ['LOW', 'low'],
    ['MODERATE', 'moderate'],
    ['medium', 'moderate'],
    ['HIGH', 'high'],
    ['CRITICAL', 'critical'],
  ])('is what its authors say: %s is %s', (word, severity) => {
    expect(
      severityOf({ database_specific: { severity: word }, severity: [{ type: 'CVSS_V3', score: vector.low }] }),
    ).toBe(severity)
  })

  it.each([
    ['of version 3', [vector.v3], 'critical', 98],
    ['of version 4 before 3', [vector.low, vector.v4], 'critical', 93],
    ['that can be read', ['CVSS:4.0/AV:N', vector.low], 'low', 18],
  ])('else what CVSS makes of a vector %s', (_, vectors, severity, tenths) => {
    const scores = vectors.map((score) => ({ type: 'CVSS', score }))
    const parsed = parseOsv(osvEntry({ database_specific: {}, severity: scores }))
    expect([parsed?.severity, parsed?.cvss?.tenths]).toEqual([severity, tenths])
  })

  it('is moderate where nobody says, and critical for malware', () => {
    expect(severityOf({ database_specific: { severity: 'UNKNOWN' } })).toBe('moderate')
    expect(severityOf({ database_specific: undefined })).toBe('moderate')
    expect(severityOf({ id: 'MAL-2026-1', database_specific: {} })).toBe('critical')
  })
})

describe('the number of an advisory', () => {
  it('is always the same, and one that JavaScript can count with', () => {
    expect(advisoryNumber('GHSA-2222-3333-4444')).toBe(advisoryNumber('GHSA-2222-3333-4444'))
    expect(advisoryNumber('GHSA-2222-3333-4444')).not.toBe(advisoryNumber('GHSA-2222-3333-4445'))
    expect(Number.isSafeInteger(advisoryNumber('x'))).toBe(true)
  })
})
