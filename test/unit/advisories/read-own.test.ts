import { describe, expect, it } from 'vitest'
import { readOwnAdvisory } from '#common/advisories/index.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'

const entry = (changes: Record<string, unknown> = {}) => osvEntry({ id: 'ACME-2026-1', ...changes })
const about = (...events: object[]) => entry({ affected: [affectedEntry('left-pad', events)] })
const listing = (...versions: string[]) =>
  entry({ affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions }] })

describe('an entry that somebody of the company wrote', () => {
  it('is read as one that is imported, with its details and links', () => {
    const { id, affected, references, details } = readOwnAdvisory(entry({ details: 'More.' }))
    expect({ id, affected, references, details }).toEqual({
      id: 'ACME-2026-1',
      details: 'More.',
      affected: [{ name: 'left-pad', ranges: [{ events: [{ introduced: '0' }, { fixed: '1.3.1' }] }], versions: [] }],
      references: [{ type: 'WEB', url: 'https://blog.test/left-pad' }],
    })
  })

  it('needs no id, and may speak of versions to come', () => {
    const { id: _, ...without } = about({ introduced: '99.0.0' })
    expect(readOwnAdvisory(without).id).toBeUndefined()
  })

  it.each([
    ['no entry', 'x', 'expected object'],
    ['another OSV', entry({ schema_version: '2.0.0' }), 'must be one of OSV 1'],
    [
      'a public database’s id',
      entry({ id: 'GHSA-2222-3333-4444' }),
      'ids that begin with "GHSA-" are another database',
    ],
    ['… in small letters', entry({ id: 'cve-2026-1' }), 'ids that begin with "cve-"'],
    ['an id without a number', entry({ id: 'ACME' }), 'is no id'],
    ['an id that is no rkey', entry({ id: 'ACME-2026/1' }), 'is no id'],
    ['an endless id', entry({ id: `ACME-${'1'.repeat(64)}` }), 'is no id'],
    ['no summary', entry({ summary: undefined }), '"summary" must say in a line'],
    ['an empty one', entry({ summary: ' ' }), '"summary" must say in a line'],
    ['a summary that is a book', entry({ summary: 'é'.repeat(251) }), '"summary" is longer than 500 bytes'],
    ['what Postgres cannot keep', entry({ details: 'a\0b' }), 'U+0000'],
    ['details that are too long', entry({ details: 'é'.repeat(10_001) }), '"details" is longer than 20000 bytes'],
    ['what is withdrawn', entry({ withdrawn: '2026-01-01T00:00:00Z' }), 'is what "atoll advisory withdraw" writes'],
    ['no severity', entry({ database_specific: {} }), 'nobody says how severe it is'],
    ['another word', entry({ database_specific: { severity: 'BAD' } }), '"BAD" is no severity'],
    ['a link to nowhere', entry({ references: [{ type: 'WEB', url: 'rubbish' }] }), 'is no link'],
    ['a link to a script', entry({ references: [{ type: 'WEB', url: 'javascript:x' }] }), 'is no link'],
    ['another kind of link', entry({ references: [{ type: 'BLOG', url: 'https://x.test' }] }), 'is none of ADVISORY'],
    ['an alias that is none', entry({ aliases: ['CVE 1'] }), '"aliases.0" is no id'],
    ['nothing that is affected', entry({ affected: [] }), 'must name a package'],
    ['another ecosystem', entry({ affected: [{ package: { ecosystem: 'PyPI', name: 'x' } }] }), 'must be npm'],
    ['two packages', entry({ affected: [affectedEntry('a', []), affectedEntry('b', [])] }), 'several packages'],
    [
      'what could be no package',
      entry({ affected: [affectedEntry('left pad', [{ introduced: '0' }])] }),
      'no proper name',
    ],
    ['a name as in URLs', entry({ affected: [affectedEntry('@a%2fb', [{ introduced: '0' }])] }), 'could be no package'],
    [
      'ranges of commits',
      entry({ affected: [affectedEntry('x', [], { ranges: [{ type: 'GIT' }] })] }),
      'must be SEMVER',
    ],
    ['no versions', entry({ affected: [{ package: { ecosystem: 'npm', name: 'x' } }] }), 'it names no versions'],
    ['a range without events', about(), 'does not begin with "introduced"'],
    ['a range without a beginning', about({ fixed: '1.0.0' }), 'does not begin with "introduced"'],
    ['a fix before the beginning', about({ introduced: '2.0.0' }, { fixed: '1.0.0' }), 'ends before it begins'],
    ['an empty range', about({ introduced: '1.0.0' }, { fixed: '1.0.0' }), 'ends before it begins'],
    ['two ends', about({ introduced: '0' }, { fixed: '1.0.0' }, { last_affected: '2.0.0' }), 'ends before it begins'],
    ['two events in one', about({ introduced: '0', fixed: '1.0.0' }), 'each event of a range is one of'],
    ['half a version', about({ introduced: '1.0.0' }, { fixed: '2' }), 'Invalid Version: 2'],
    ['a version with a v', about({ introduced: 'v1.0.0' }), '"v1.0.0" is no version'],
    ['half a version in a list', listing('1.0.0', '1.x'), '"1.x" is no version'],
  ])('is refused with %s', (_, given, reason) => {
    expect(() => readOwnAdvisory(given)).toThrow(reason)
  })

  it('may name versions, and several ranges of one package', () => {
    expect(readOwnAdvisory(listing('1.0.0', '1.0.0')).affected).toMatchObject([{ versions: ['1.0.0'] }])
    const twice = [
      affectedEntry('x', [{ introduced: '0' }, { limit: '*' }]),
      affectedEntry('x', [{ introduced: '2.0.0' }]),
    ]
    expect(readOwnAdvisory(entry({ affected: twice })).affected).toMatchObject([{ ranges: [{}, {}] }])
  })
})
