import { describe, expect, it } from 'vitest'
import { nextChange } from '#appview/render/render-when-due.ts'
import { looksLike } from '#appview/upstream/looks-like.ts'
import { moveTags } from '#appview/upstream/move-tags.ts'
import { renderUpstream } from '#appview/upstream/render-upstream.ts'
import type { Verdict } from '#appview/verdict/index.ts'
import { parsePackageName } from '#common/names/index.ts'

const held: Verdict = {
  kind: 'hold',
  check: 'minimum-age',
  reason: 'r',
  remedy: 'wait',
  until: '2026-12-01T00:00:00.000Z',
}

describe('tags of what is not allowed', () => {
  const allowed = (...versions: string[]) => Object.fromEntries(versions.map((version) => [version, {}]))

  it.each([
    ['stay when it is', { latest: '2.0.0' }, ['1.0.0', '2.0.0'], { latest: '2.0.0' }],
    ['move to the newest before it', { latest: '2.0.0' }, ['1.0.0', '1.9.0', '3.0.0'], { latest: '1.9.0' }],
    ['of a release never to a prerelease', { latest: '2.0.0' }, ['1.0.0', '2.0.0-rc.1'], { latest: '1.0.0' }],
    ['of a prerelease to either', { next: '2.0.0-rc.2' }, ['1.0.0', '2.0.0-rc.1'], { next: '2.0.0-rc.1' }],
    ['go when nothing is before it', { old: '1.0.0' }, ['2.0.0'], {}],
    ['but latest, which moves forward then', { latest: '1.0.0' }, ['2.0.0', '3.0.0-rc.1'], { latest: '2.0.0' }],
    ['and to a prerelease when there is nothing else', { latest: '1.0.0' }, ['2.0.0-rc.1'], { latest: '2.0.0-rc.1' }],
  ] as const)('%s', (_what, tags, versions, moved) => {
    expect(moveTags(tags, allowed(...versions))).toEqual(moved)
  })

  it('move to one that is not deprecated, if there is one', () => {
    expect(moveTags({ latest: '2.0.0' }, { '1.0.0': {}, '1.1.0': { deprecated: 'broken' } })).toEqual({
      latest: '1.0.0',
    })
  })
})

describe('a packument', () => {
  const time = { created: '2019', modified: '2026', '1.0.0': '2020', '1.1.0': '2021', '2.0.0': '2026' }
  const manifest = { name: 'x', scripts: { install: 'y' }, gypfile: true, license: 'MIT', dist: {} }
  const versions = { '1.0.0': manifest, '1.1.0': manifest, '2.0.0': manifest }
  const document = { name: 'x', 'dist-tags': { latest: '2.0.0' }, versions, time }
  const verdicts = (kinds: Record<string, Verdict>) => new Map(Object.entries(kinds))
  const allow: Verdict = { kind: 'allow' }

  it('has what is allowed, and nothing that only verdicts look at', () => {
    const { full, abbreviated } = renderUpstream(document, verdicts({ '1.0.0': allow, '1.1.0': allow, '2.0.0': held }))
    expect(full).toEqual({
      name: 'x',
      'dist-tags': { latest: '1.1.0' },
      versions: {
        '1.0.0': { name: 'x', license: 'MIT', dist: {} },
        '1.1.0': { name: 'x', license: 'MIT', dist: {} },
      },
      time: { created: '2019', modified: '2021', '1.0.0': '2020', '1.1.0': '2021' },
    })
    expect(abbreviated).toEqual({
      name: 'x',
      modified: '2021',
      'dist-tags': { latest: '1.1.0' },
      versions: { '1.0.0': { name: 'x', dist: {} }, '1.1.0': { name: 'x', dist: {} } },
    })
  })

  it('keeps upstream’s times when nothing is left out, and shows nothing that nobody judged', () => {
    const all = verdicts({ '1.0.0': allow, '1.1.0': allow, '2.0.0': allow })
    expect(renderUpstream(document, all).full['time']).toEqual(time)
    expect(renderUpstream(document, new Map()).full).toMatchObject({ versions: {}, 'dist-tags': {} })
  })
})

describe('time changes what may be installed', () => {
  const now = Date.parse('2026-11-29T00:00:00Z')
  const none = { now, labels: [], exceptions: [] }
  const soon = '2026-11-30T00:00:00.000Z'
  const exception = { uri: 'at://x', cid: 'c', checks: [], until: soon, reason: '', by: '' }
  const label = { src: 'did:plc:l', val: 'quality', trust: 'own', cts: soon, exp: soon } as const

  it('when the first hold ends, or an exception or label lapses', () => {
    expect(nextChange([{ facts: none, verdict: held }])).toEqual(new Date('2026-12-01'))
    expect(nextChange([{ facts: { ...none, exceptions: [exception] }, verdict: held }])).toEqual(new Date(soon))
    expect(nextChange([{ facts: { ...none, labels: [label] }, verdict: { kind: 'allow' } }])).toEqual(new Date(soon))
  })

  it('never, when nothing is to come', () => {
    expect(nextChange([{ facts: none, verdict: { kind: 'allow' } }])).toBeUndefined()
    const lapsed = { ...exception, until: '2026-11-28T00:00:00.000Z' }
    expect(nextChange([{ facts: { ...none, exceptions: [lapsed] }, verdict: { kind: 'allow' } }])).toBeUndefined()
  })
})

describe('a name from outside looks like one of ours', () => {
  const own = { scopes: ['acme', 'open.test', 'ui'], packages: ['left-pad', '@corp/tool'] }
  const similar = (name: string) => looksLike(parsePackageName(name), own)

  it.each([
    ['@acrne/x', '@acme'],
    ['@acne/x', '@acme'],
    ['@acmee/x', '@acme'],
    ['@acm/x', undefined],
    ['@ACrne/x', '@acme'],
    ['@acme-labs/x', undefined],
    ['@uI/x', undefined],
    ['@u1/x', undefined],
    ['left-pab', 'left-pad'],
    ['1eft-pad', 'left-pad'],
    ['left-pad', undefined],
    ['right-pad', undefined],
    ['@c0rp/tool', '@corp/tool'],
    ['@corp/other', undefined],
  ])('%s: %s', (name, like) => expect(similar(name)).toBe(like))
})
