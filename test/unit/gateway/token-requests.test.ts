import { describe, expect, it } from 'vitest'
import { expiryOf } from '#gateway/auth/token/index.ts'
import { readTokenRequest } from '#gateway/npm/tokens/read-token-request.ts'
import { tokenPolicySchema } from '#gateway/token-settings.ts'

const refused = (reason: string) =>
  expect.objectContaining({ code: 'InvalidRequest', message: expect.stringContaining(reason) })

describe('what npm asks for', () => {
  it('is a token that only reads everything, when it says nothing more (npm 11 and 12 do not send --read-only)', () => {
    expect(readTokenRequest({ name: null, password: 'secret' })).toEqual({
      org: undefined,
      name: 'npm token',
      description: '',
      access: 'read-only',
      packages: undefined,
      cidrs: [],
      days: undefined,
    })
  })

  it('says what it may do in the words of npm 11 and 12', () => {
    const body = {
      name: 'ci',
      password: '',
      description: 'for the pipeline',
      packages: ['@Acme.test/Hello'],
      scopes: ['tools', '@more', '@most/*'],
      packages_and_scopes_permission: 'read-write-stage-only',
      expires: 7,
      cidr_whitelist: ['10.0.0.0/8'],
    }
    expect(readTokenRequest(body)).toEqual({
      org: undefined,
      name: 'ci',
      description: 'for the pipeline',
      access: 'read-write-stage-only',
      packages: ['@acme.test/hello', '@tools/*', '@more/*', '@most/*'],
      cidrs: ['10.0.0.0/8'],
      days: 7,
    })
  })

  it.each([
    [{ password: 'x', readonly: true, cidr_whitelist: [] }, 'read-only'],
    [{ password: 'x', readonly: false, cidr_whitelist: [] }, 'read-write'],
    [{ packages_all: true, packages_and_scopes_permission: 'read-write' }, 'read-write'],
    [{ readonly: true, packages_and_scopes_permission: 'read-write' }, 'read-only'],
  ])('%j is %s', (body, access) => {
    expect(readTokenRequest(body)).toMatchObject({ access, packages: undefined })
  })

  it.each<[object, string]>([
    [{ bypass_2fa: true }, 'second factor'],
    [{ automation: true }, 'second factor'],
    [{ orgs: ['acme'] }, '--scopes'],
    [{ orgs_permission: 'read-write' }, '--scopes'],
    [{ packages_and_scopes_permission: 'no-access' }, 'without access'],
    [{ packages_all: true, packages: ['a'] }, 'all packages and for some'],
    [{ packages_and_scopes_permission: 'admin' }, 'packages_and_scopes_permission'],
    [{ expires: 0 }, 'expires'],
    [{ expires: 1.5 }, 'expires'],
    [{ name: 'x'.repeat(129) }, 'name'],
    [{ packages: Array.from({ length: 51 }, () => 'a') }, 'packages'],
    // A field of a later npm may be a limit: a token must not be wider than it was asked for.
    [{ only_on_tuesdays: true }, 'only_on_tuesdays'],
  ])('%j is refused', (body, reason) => {
    expect(() => readTokenRequest(body)).toThrow(refused(reason))
  })
})

describe('how long a token lives', () => {
  const policy = tokenPolicySchema.parse({ maxDays: 14, readOnlyMaxDays: 60 })
  const dayMs = 24 * 3600_000

  it.each([
    ['read-write', undefined, 14],
    ['read-write', 7, 7],
    ['read-only', undefined, 30],
    ['read-only', 60, 60],
  ] as const)('%s asked for %s days: %s', (access, days, expected) => {
    expect(expiryOf({ access, days }, policy, 0).getTime() / dayMs).toBe(expected)
  })

  it('is not longer than the policy lets it', () => {
    expect(() => expiryOf({ access: 'read-write', days: 15 }, policy, 0)).toThrow(refused('14 days at most'))
    expect(() => expiryOf({ access: 'read-write-stage-only', days: 15 }, policy, 0)).toThrow(refused('14 days'))
    expect(() => expiryOf({ access: 'read-only', days: 61 }, policy, 0)).toThrow(refused('60 days at most'))
  })
})
