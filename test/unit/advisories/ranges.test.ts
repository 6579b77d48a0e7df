import { satisfies } from 'semver'
import { describe, expect, it } from 'vitest'
import { type Advisory, AffectedVersions } from '#common/advisories/index.ts'

type Events = Advisory['affected'][number]['ranges'][number]['events']

const versionsOf = (ranges: Events[], versions: string[] = []) =>
  new AffectedVersions({ name: 'x', ranges: ranges.map((events) => ({ events })), versions })

describe('a range of OSV', () => {
  // The examples of https://ossf.github.io/osv-schema/#affectedranges-field, and what they are said to mean.
  it.each([
    [
      'all before a fix',
      [[{ introduced: '0' }, { fixed: '1.0.0' }]],
      ['0.0.1', '0.9.9', '1.0.0-rc.1'],
      ['1.0.0', '2.0.0'],
    ],
    ['all there are', [[{ introduced: '0' }]], ['0.0.0-alpha', '99.0.0'], []],
    [
      'up to a last one',
      [[{ introduced: '1.0.0' }, { lastAffected: '1.2.0' }]],
      ['1.0.0', '1.2.0'],
      ['0.9.0', '1.2.1', '1.0.0-rc.1'],
    ],
    ['a single one', [[{ introduced: '1.0.0' }, { lastAffected: '1.0.0' }]], ['1.0.0'], ['1.0.1', '0.9.9']],
    [
      'two stretches, in whatever order they are written',
      [[{ fixed: '3.2.5' }, { introduced: '3.0.0' }, { fixed: '2.1.6' }, { introduced: '2.0.0' }]],
      ['2.0.0', '2.1.5', '3.0.0', '3.2.4'],
      ['1.9.9', '2.1.6', '2.9.0', '3.2.5'],
    ],
    [
      'fixed and broken again',
      [[{ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '1.0.0' }, { fixed: '1.1.0' }]],
      ['0.1.0', '1.0.0', '1.0.5'],
      ['1.1.0'],
    ],
    ['a limit', [[{ introduced: '1.0.0' }, { limit: '2.0.0' }]], ['1.5.0'], ['2.0.0']],
    [
      'several ranges',
      [[{ introduced: '0' }, { fixed: '1.0.0' }], [{ introduced: '4.0.0' }]],
      ['0.5.0', '4.1.0'],
      ['1.0.0', '3.0.0'],
    ],
  ] as [string, Events[], string[], string[]][])('%s', (_, ranges, affected, fine) => {
    const known = versionsOf(ranges)
    for (const version of affected) expect([version, known.has(version)]).toEqual([version, true])
    for (const version of fine) expect([version, known.has(version)]).toEqual([version, false])
    // npm goes by the range, with pre-releases included: it has to mean the same.
    for (const version of [...affected, ...fine]) {
      const options = { includePrerelease: true, loose: true }
      expect([version, satisfies(version, known.vulnerable, options)]).toEqual([version, known.has(version)])
    }
  })

  it('has versions beside it', () => {
    const known = versionsOf([[{ introduced: '0' }, { fixed: '1.0.0' }]], ['2.3.4', '3.0.0-beta.1'])
    expect(['0.1.0', '2.3.4', '3.0.0-beta.1', '3.0.0', '2.3.5'].map((version) => known.has(version))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
    expect(known.vulnerable).toBe('<1.0.0 || =2.3.4 || =3.0.0-beta.1')
  })

  it('says nothing of what is no version', () => {
    expect(versionsOf([[{ introduced: '0' }]]).has('github:acme/x')).toBe(false)
  })
})

describe('a fix', () => {
  const known = versionsOf([[{ introduced: '0' }, { fixed: '1.2.3' }, { introduced: '2.0.0' }, { fixed: '2.4.0' }]])

  it('is the version the advisory names, and none before or after it', () => {
    const fixes = ['1.2.2', '1.2.3-rc.1', '1.2.3', '1.2.4', '2.0.0', '2.4.0', '2.4.1'].filter((v) => known.isFixedIn(v))
    expect(fixes).toEqual(['1.2.3', '2.4.0'])
  })

  it('is none where another range says that it is vulnerable', () => {
    const both = versionsOf([[{ introduced: '0' }, { fixed: '1.2.3' }], [{ introduced: '1.2.0' }]])
    expect(both.isFixedIn('1.2.3')).toBe(false)
    expect(both.patched).toBe('<0.0.0')
  })

  it('is none where the authors only stopped looking', () => {
    const limited = versionsOf([[{ introduced: '0' }, { limit: '2.0.0' }]])
    expect([limited.isFixedIn('2.0.0'), limited.patched]).toEqual([false, '<0.0.0'])
  })

  it('reaches to where it is vulnerable again', () => {
    expect(known.patched).toBe('>=1.2.3 <2.0.0 || >=2.4.0')
    expect(known.vulnerable).toBe('<1.2.3 || >=2.0.0 <2.4.0')
  })
})
