import { describe, expect, it } from 'vitest'
import { type Outcome, summarize, toRows, toSarif } from '#appliance/verify/index.ts'

const locked = { name: '@acme.test/ui', version: '1.0.0', integrity: undefined, tarball: undefined, line: 7 }
const outcomes: Outcome[] = [
  { locked, state: 'failed', findings: [{ rule: 'other-bytes', reason: 'the lockfile has others' }] },
  { locked: { ...locked, version: '2.0.0' }, state: 'proven', findings: [] },
  {
    locked: { ...locked, name: 'is-number', line: undefined },
    state: 'allowed',
    findings: [{ rule: 'no-integrity', reason: 'there is none' }],
  },
]

describe('what was found', () => {
  it('is a row each, and what is in order one when it is asked for', () => {
    const rows = toRows(outcomes, { all: false })
    expect(rows.map(({ package: about, state, rule }) => [about, state, rule])).toEqual([
      ['@acme.test/ui@1.0.0', 'failed', 'other-bytes'],
      ['is-number@1.0.0', 'warning', 'no-integrity'],
    ])
    expect(toRows(outcomes, { all: true })[1]).toMatchObject({ package: '@acme.test/ui@2.0.0', state: 'proven' })
  })

  it('is summed up in a sentence', () => {
    expect(summarize(outcomes)).toBe('3 packages: 1 internal proven, 1 public allowed, 1 failed; 1 warning.')
    const finding = { rule: 'entitlement-believed' as const, reason: 'a group is not what it was' }
    const believed: Outcome = { locked, state: 'believed', findings: [finding] }
    expect(summarize([believed])).toBe(
      '1 package: 0 internal proven, 1 believed in part, 0 public allowed, 0 failed; 1 warning.',
    )
    expect(toRows([believed], { all: false })).toMatchObject([{ state: 'warning', rule: 'entitlement-believed' }])
  })
})

describe('as SARIF', () => {
  const { runs } = toSarif(outcomes, { lockfile: 'web app/package-lock.json', version: '1.2.3' })
  const [run] = runs

  it('names a rule for each result, and the level that rule has', () => {
    const ids = run?.tool.driver.rules.map(({ id }) => id)
    for (const { ruleId } of run?.results ?? []) expect(ids).toContain(ruleId)
    expect(run?.results.map(({ level }) => level)).toEqual(['error', 'warning'])
  })

  it('points at the line, where that is known, of a file whose name is a URI', () => {
    expect(run?.results.map(({ locations }) => locations[0]?.physicalLocation)).toEqual([
      { artifactLocation: { uri: 'web%20app/package-lock.json' }, region: { startLine: 7 } },
      { artifactLocation: { uri: 'web%20app/package-lock.json' } },
    ])
  })

  it('says the same of the same thing in every run', () => {
    const again = toSarif([{ ...outcomes[0], locked: { ...locked, line: 70 } } as Outcome], {
      lockfile: 'x',
      version: '2.0.0',
    })
    expect(again.runs[0]?.results[0]?.partialFingerprints).toEqual(run?.results[0]?.partialFingerprints)
  })
})
