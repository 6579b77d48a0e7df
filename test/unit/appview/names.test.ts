import { describe, expect, it } from 'vitest'
import { judgeNames, type KnownOwners, type NameCandidate } from '#appview/names/recognise.ts'
import { type ClaimFacts, refuseClaim } from '#appview/names/refuse-claim.ts'
import { parseClaimableName } from '#common/names/index.ts'

const [acme, other, third] = ['a', 'b', 'c'].map((letter) => `did:plc:${letter.repeat(24)}`) as [string, string, string]

function grant(name: string, org: string, minute = 0, changes: Partial<NameCandidate> = {}): NameCandidate {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  const { key } = parseClaimableName(name)
  const halves = { claimCid: `claim of ${name}`, grantCid: `grant of ${name}`, transfer: null }
  return { key, name, org, ...halves, createdAt, approvals: 0, isListed: false, ...changes }
}

/** All three thirds of a hand-over. */
function change(name: string, from: string, to: string, cid = 'transfer-1'): NameCandidate {
  return grant(name, to, 9, { transfer: { from, cid }, grantCid: `change by ${cid}` })
}

const keysOf = (candidates: readonly NameCandidate[]) => candidates.map(({ key }) => [key, false] as const)

function judged(candidates: NameCandidate[], granted: [string, string][] = [], changes: Partial<KnownOwners> = {}) {
  const known: KnownOwners = {
    granted: new Map(granted),
    handles: new Map([['old.test', acme]]),
    upstream: new Map(keysOf(candidates)),
    usedTransfers: new Set(),
    changes: new Map(),
    ...changes,
  }
  const { recognised, refused } = judgeNames(known, candidates)
  return { names: recognised.map(({ name, org }) => [name, org]), reasons: refused.map(({ reason }) => reason) }
}

const recognised = (...args: Parameters<typeof judged>) => judged(...args).names

describe('a grant counts', () => {
  it('of a name that nobody had', () => {
    expect(recognised([grant('@acme/*', acme), grant('left-pad', other)])).toEqual([
      ['@acme/*', acme],
      ['left-pad', other],
    ])
  })

  it('of one package in one’s own scope, and of a scope in which others have packages', () => {
    expect(recognised([grant('@acme/ui', acme)], [['acme:~', acme]])).toEqual([['@acme/ui', acme]])
    expect(recognised([grant('@acme/*', acme)], [['acme:ui', other]])).toEqual([['@acme/*', acme]])
  })

  it('of a handle, to whose it was, which is never upstream’s and so nobody asks', () => {
    expect(recognised([grant('@old.test/*', acme)], [], { upstream: new Map() })).toEqual([['@old.test/*', acme]])
  })

  it('again, to who had it last and nobody else', () => {
    expect(recognised([grant('@acme/*', acme)], [['acme:~', acme]])).toEqual([['@acme/*', acme]])
  })

  it('again, to who had it before others got its scope', () => {
    const granted: [string, string][] = [
      ['acme:ui', acme],
      ['acme:~', other],
    ]
    expect(recognised([grant('@acme/ui', acme)], granted)).toEqual([['@acme/ui', acme]])
  })

  it('to whom the registry’s change gave it, where nobody knows any more who had it', () => {
    const changes = new Map([['tool', { from: other, to: acme }]])
    expect(recognised([grant('tool', acme)], [], { changes })).toEqual([['tool', acme]])
  })
})

describe('a grant does not count', () => {
  it.each([
    ['of what another has', '@acme/*', [['acme:~', other]]],
    ['of a package in a scope that another has', '@acme/ui', [['acme:~', other]]],
    ['of a handle that was never the organisation’s', '@new.test/*', []],
    ['of one package of a handle', '@old.test/x', []],
  ] as [string, string, [string, string][]][])('%s', (_, name, granted) => {
    expect(recognised([grant(name, acme)], granted)).toEqual([])
  })

  it('and says whose it is: its own holder’s, or the scope’s', () => {
    const reasons = (name: string) => judged([grant(name, acme)], [['acme:~', other]]).reasons
    expect(reasons('@acme/*')).toEqual(['it is another organisation’s, and a grant takes it from nobody'])
    expect(reasons('@acme/ui')).toEqual(['its scope is another organisation’s'])
  })

  it('after an older one of the same name, in whatever order they are found', () => {
    expect(recognised([grant('@acme/ui', other, 2), grant('@acme/*', acme, 1)])).toEqual([['@acme/*', acme]])
  })

  it('where nobody knows any more who had it, and a change says that others did since', () => {
    const changes = new Map([['tool', { from: other, to: third }]])
    expect(recognised([grant('tool', acme)], [], { changes })).toEqual([])
    expect(recognised([grant('tool', other)], [], { changes })).toEqual([['tool', other]])
  })
})

describe('what upstream has', () => {
  const upstream = new Map([['tiny', true]])

  it.each([0, 1])('is given to nobody by %i administrators', (approvals) => {
    const { names, reasons } = judged([grant('tiny', acme, 0, { approvals })], [], { upstream })
    expect(names).toEqual([])
    expect(reasons).toEqual([`upstream has it, and ${approvals} of two administrators of the registry approved`])
    const moved = { ...change('tiny', acme, other), approvals }
    expect(recognised([moved], [['tiny', acme]], { upstream })).toEqual([])
  })

  it('is given by two, and by one where the configuration calls it private', () => {
    for (const changes of [{ approvals: 2 }, { isListed: true }]) {
      expect(recognised([grant('tiny', acme, 0, changes)], [], { upstream })).toEqual([['tiny', acme]])
    }
  })

  it('may be anything that nobody asked for', () => {
    const { names, reasons } = judged([grant('tool', acme)], [], { upstream: new Map() })
    expect(names).toEqual([])
    expect(reasons).toEqual(['nobody asked whether upstream has it'])
  })
})

describe('a change', () => {
  it('hands a name over that the giver has, by itself or with its scope', () => {
    expect(recognised([change('tool', acme, other)], [['tool', acme]])).toEqual([['tool', other]])
    expect(recognised([change('@acme/ui', acme, other)], [['acme:~', acme]])).toEqual([['@acme/ui', other]])
    expect(recognised([change('@acme/*', acme, other)], [['acme:~', acme]])).toEqual([['@acme/*', other]])
  })

  it('counts after the grant it changes, however they are dated, and where the ledger was lost', () => {
    const both = [change('tool', acme, other), grant('tool', acme, 59)]
    expect(recognised(both)).toEqual([
      ['tool', acme],
      ['tool', other],
    ])
    expect(recognised([change('tool', other, third)])).toEqual([['tool', third]])
  })

  it.each([
    ['of what the giver does not have', 'tool', [['tool', third]]],
    ['of a package whose scope is another’s', '@acme/ui', [['acme:~', third]]],
    [
      'of a package that is another’s in the giver’s scope',
      '@acme/ui',
      [
        ['acme:~', acme],
        ['acme:ui', third],
      ],
    ],
    ['of what is under a handle', '@old.test/*', [['old.test:~', acme]]],
  ] as [string, string, [string, string][]][])('moves nothing %s', (_, name, granted) => {
    expect(recognised([change(name, acme, other)], granted)).toEqual([])
  })

  it('moves nothing by a transfer that moved it before', () => {
    const usedTransfers = new Set(['transfer-1'])
    expect(recognised([change('tool', acme, other)], [['tool', acme]], { usedTransfers })).toEqual([])
    expect(recognised([change('tool', acme, other, 'transfer-2')], [['tool', acme]], { usedTransfers })).toHaveLength(1)
  })
})

it('moves nothing a second time by a transfer that counted a moment ago, once the name is back', () => {
  const at = (minute: number, candidate: NameCandidate) => {
    return { ...candidate, createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() }
  }
  const there = at(1, change('tool', acme, other))
  const back = at(2, change('tool', other, acme, 'transfer-2'))
  const { names, reasons } = judged([there, back, at(3, there)], [['tool', acme]])
  expect(names).toEqual([
    ['tool', other],
    ['tool', acme],
  ])
  expect(reasons).toEqual(['its transfer handed the name over before'])
})

describe('an organisation is told why it cannot have a name', () => {
  const facts: ClaimFacts = { org: acme, handle: 'acme.test', handleOf: undefined, others: [], handedOverBy: undefined }
  const refusal = (name: string, changes: Partial<ClaimFacts> = {}) =>
    refuseClaim(parseClaimableName(name), { ...facts, ...changes })

  it('unless it can', () => {
    expect(refusal('@acme/*')).toBeUndefined()
    expect(refusal('left-pad-internal')).toBeUndefined()
    expect(refusal('@old.test/*', { handleOf: acme })).toBeUndefined()
    const others = [{ name: 'x', org: other, handle: 'b.test' }]
    expect(refusal('x', { others, handedOverBy: other })).toBeUndefined()
  })

  it.each([
    ['@acme.test/ui', {}, 'belongs to it already'],
    ['@acme.test/*', {}, 'belongs to it already'],
    ['@other.test/*', {}, 'a scope with a dot is a handle'],
    ['@other.test/*', { handleOf: other }, 'a scope with a dot is a handle'],
    ['@old.test/ui', { handleOf: acme }, 'as a whole: @old.test/*'],
    ['@acme/ui', { others: [{ name: '@acme/*', org: other, handle: 'b.test' }] }, '@acme/* was granted to b.test'],
    ['@acme/ui', { others: [{ name: '@acme/ui', org: other, handle: 'b.test' }] }, 'it was granted to b.test'],
    ['x', { others: [{ name: 'x', org: other, handle: 'b.test' }], handedOverBy: acme }, 'it was granted to b.test'],
  ] as [string, Partial<ClaimFacts>, string][])('%s, %j', (name, changes, reason) => {
    expect(refusal(name, changes)).toContain(reason)
  })
})
