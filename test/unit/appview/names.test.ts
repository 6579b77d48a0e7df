import { describe, expect, it } from 'vitest'
import { type GrantCandidate, recogniseGrants } from '#appview/names/recognise.ts'
import { type ClaimFacts, refuseClaim } from '#appview/names/refuse-claim.ts'
import { parseClaimableName } from '#common/names/index.ts'

const [acme, other] = ['a', 'b'].map((letter) => `did:plc:${letter.repeat(24)}`) as [string, string]

function grant(name: string, org: string, minute = 0): GrantCandidate {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  const { key } = parseClaimableName(name)
  return { key, name, org, claimCid: `claim of ${name}`, grantCid: `grant of ${name}`, createdAt }
}

const nobody = { granted: new Map<string, string>(), handles: new Map([['old.test', acme]]) }
const recognised = (candidates: GrantCandidate[], granted: [string, string][] = []) =>
  recogniseGrants({ ...nobody, granted: new Map(granted) }, candidates).map(({ name, org }) => [name, org])

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

  it('of a handle, to whose it was', () => {
    expect(recognised([grant('@old.test/*', acme)])).toEqual([['@old.test/*', acme]])
  })
})

describe('a grant does not count', () => {
  it.each([
    ['of what another has', '@acme/*', [['acme:~', other]]],
    ['of a package in a scope that another has', '@acme/ui', [['acme:~', other]]],
    ['of what the organisation has already', '@acme/*', [['acme:~', acme]]],
    ['of a handle that was never the organisation’s', '@new.test/*', []],
    ['of one package of a handle', '@old.test/x', []],
  ] as [string, string, [string, string][]][])('%s', (_, name, granted) => {
    expect(recognised([grant(name, acme)], granted)).toEqual([])
  })

  it('after an older one of the same name, in whatever order they are found', () => {
    expect(recognised([grant('@acme/ui', other, 2), grant('@acme/*', acme, 1)])).toEqual([['@acme/*', acme]])
  })
})

describe('an organisation is told why it cannot have a name', () => {
  const facts: ClaimFacts = { org: acme, handle: 'acme.test', handleOf: undefined, others: [], upstream: undefined }
  const refusal = (name: string, changes: Partial<ClaimFacts> = {}) =>
    refuseClaim(parseClaimableName(name), { ...facts, ...changes })

  it('unless it can', () => {
    expect(refusal('@acme/*')).toBeUndefined()
    expect(refusal('left-pad-internal')).toBeUndefined()
    expect(refusal('@old.test/*', { handleOf: acme })).toBeUndefined()
  })

  it.each([
    ['@acme.test/ui', {}, 'belongs to it already'],
    ['@acme.test/*', {}, 'belongs to it already'],
    ['@other.test/*', {}, 'a scope with a dot is a handle'],
    ['@other.test/*', { handleOf: other }, 'a scope with a dot is a handle'],
    ['@old.test/ui', { handleOf: acme }, 'as a whole: @old.test/*'],
    ['@acme/ui', { others: [{ name: '@acme/*', handle: 'b.test' }] }, '@acme/* was granted to b.test'],
    ['@acme/ui', { others: [{ name: '@acme/ui', handle: 'b.test' }] }, 'it was granted to b.test'],
    ['@acme/*', { upstream: '@acme/js' }, 'the upstream registry has @acme/js'],
  ] as [string, Partial<ClaimFacts>, string][])('%s, %j', (name, changes, reason) => {
    expect(refusal(name, changes)).toContain(reason)
  })
})
