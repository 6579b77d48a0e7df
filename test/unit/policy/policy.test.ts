import { describe, expect, it } from 'vitest'
import { durationMs, policySchema, refusalOf } from '#common/policy/index.ts'

const problems = (policy: unknown) => {
  const { error } = policySchema.safeParse(policy)
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
}

describe('a policy', () => {
  it('is by default what DESIGN §5 says', () => {
    const outside = {
      minAge: '24h',
      installScripts: 'hold-new',
      holdAdded: ['native-build', 'new-publisher', 'lost-provenance'],
    }
    expect(policySchema.parse(undefined)).toMatchObject({
      internal: { minAge: '0h', installScripts: 'hold-new', holdAdded: ['native-build', 'lost-provenance'] },
      public: outside,
      upstream: outside,
      labels: { block: ['malware', 'revoked'], warn: ['advisory'] },
      lookAlikes: 'hold',
      exempt: [],
    })
  })

  it('can be handed on: what it gives, it takes', () => {
    const policy = policySchema.parse({ upstream: { minAge: '7d' }, licences: { deny: ['GPL-3.0-only'] } })
    expect(policySchema.parse(JSON.parse(JSON.stringify(policy)))).toEqual(policy)
  })

  it.each([
    [{ upstream: { minAge: '24 hours' } }, 'upstream.minAge: is not a time such as 30m, 24h, 7d or 2w'],
    [{ upstream: { minAge: '9999w' } }, 'upstream.minAge: is longer than ten years'],
    [{ licences: { allow: ['Apache 2'] } }, 'licences.allow.0: is not an SPDX identifier such as MIT or Apache-2.0'],
    [{ licences: { deny: ['MIT OR ISC'] } }, 'licences.deny.0: is not an SPDX identifier'],
    [{ licences: { allow: [] } }, 'licences.allow: would allow nothing'],
    [
      { exempt: [{ packages: ['@a/**'], checks: ['licence'] }] },
      'exempt.0.packages.0: is not a package name or a pattern',
    ],
    [{ exempt: [{ packages: ['a'], checks: ['not-tampered'] }] }, 'exempt.0.checks.0: Invalid option'],
    [{ labels: { block: ['Malware!'] } }, 'labels.block.0: is not a label such as malware'],
    [{ upstream: { holdAdded: ['install-scripts'] } }, 'upstream.holdAdded.0: Invalid option'],
    [{ upstream: { minimumAge: '1d' } }, 'upstream: Unrecognized key'],
  ])('says of %j what is wrong, and where', (policy, problem) => {
    expect(problems(policy)).toEqual([expect.stringContaining(problem)])
  })
})

describe('a time', () => {
  it.each([
    ['0h', 0],
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
  ])('%s is %i milliseconds', (text, ms) => expect(durationMs(text)).toBe(ms))
})

describe('what somebody is told who may not have a version', () => {
  const told = (verdict: Parameters<typeof refusalOf>[0]['verdict']) =>
    refusalOf({ name: '@a/b', version: '1.0.0', verdict, gatewayUrl: 'https://npm.acme.test/' })

  it('is why, until when, what to do and where to ask', () => {
    const { code, status, message } = told({
      kind: 'hold',
      check: 'minimum-age',
      reason: 'it is younger than 24h',
      remedy: 'wait',
      until: '2026-12-01T00:00:00.000Z',
    })
    expect({ code, status, message }).toEqual({
      code: 'VersionHeld',
      status: 403,
      message:
        '@a/b@1.0.0 is held and not installable: it is younger than 24h (minimum-age until 2026-12-01T00:00:00.000Z). To go on: wait. To ask for an exception: https://npm.acme.test/-/exceptions/new?package=%40a%2Fb&version=1.0.0',
    })
  })

  it('is 451 when the bytes were deleted, whatever may be asked for else', () => {
    const { code, status, message } = told({ kind: 'block', check: 'not-purged', reason: 'court order 12/345' })
    expect({ code, status }).toEqual({ code: 'VersionPurged', status: 451 })
    expect(message).toContain('@a/b@1.0.0')
    expect(message).toContain('court order 12/345')
  })

  it('is not where to ask when nobody can make an exception', () => {
    const { code, message } = told({ kind: 'block', check: 'not-retired', reason: 'withdrawn' })
    expect(code).toBe('VersionBlocked')
    expect(message).not.toContain('exception')
  })
})
