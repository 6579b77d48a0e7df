import { describe, expect, it } from 'vitest'
import { isJobAudience, mismatchOf } from '#common/ci/index.ts'
import { matchesRef } from '#common/ci/matches-ref.ts'

const issuer = { issuer: 'https://token.actions.githubusercontent.com' }
const publisher = {
  issuer: issuer.issuer,
  packages: ['@acme.test/app'],
  repositoryId: '74',
  ownerId: '65',
  workflow: '.github/workflows/release.yml',
}
const claims = {
  sub: 'repo:octo/app:ref:refs/heads/main',
  repository: 'octo/app',
  repository_id: '74',
  repository_owner_id: '65',
  workflow_ref: 'octo/app/.github/workflows/release.yml@refs/heads/main',
  ref: 'refs/heads/main',
  event_name: 'push',
}

describe('a job', () => {
  it('is that of its trusted publisher, also when the repository is called otherwise now', () => {
    expect(mismatchOf(publisher, { claims, issuer })).toBeUndefined()
    const renamed = {
      ...claims,
      repository: 'octo/renamed',
      workflow_ref: 'octo/renamed/.github/workflows/release.yml@refs/heads/main',
    }
    expect(mismatchOf(publisher, { claims: renamed, issuer })).toBeUndefined()
  })

  it.each([
    ['repository_id', '75'],
    ['repository_id', undefined],
    ['repository_id', ['74']],
    ['repository_owner_id', '66'],
    ['workflow_ref', 'octo/app/.github/workflows/other.yml@refs/heads/main'],
    ['workflow_ref', 'octo/app/.github/workflows/release.yml'],
    ['workflow_ref', 'evil/app/.github/workflows/release.yml@refs/heads/main'],
    ['ref', 'refs/pull/1/merge'],
    ['ref', undefined],
    ['event_name', 'pull_request_target'],
  ])('is not when %s is %s', (name, value) => {
    expect(mismatchOf(publisher, { claims: { ...claims, [name]: value }, issuer })).toBeTypeOf('string')
  })

  it('is not when its issuer is another, whatever it says', () => {
    expect(mismatchOf(publisher, { claims, issuer: { issuer: 'https://gitlab.com' } })).toContain('issuer')
  })

  it('is never known by what it says under "sub"', () => {
    expect(mismatchOf(publisher, { claims: { ...claims, sub: 'anything' }, issuer })).toBeUndefined()
  })

  it('of any other issuer is known by exactly the claims that are listed', () => {
    const other = { issuer: 'https://ci.acme.test' }
    const generic = { ...other, packages: ['*'], claims: [{ name: 'pipeline', value: '12' }] }
    expect(mismatchOf(generic, { claims: { pipeline: 12 }, issuer: other })).toBeUndefined()
    expect(mismatchOf(generic, { claims: { pipeline: '13' }, issuer: other })).toContain('pipeline is 13')
    expect(mismatchOf(generic, { claims: {}, issuer: other })).toContain('not said')
  })
})

describe('a ref pattern', () => {
  it.each([
    ['refs/tags/v*', 'refs/tags/v1.0.0', true],
    ['refs/tags/v*', 'refs/tags/v1/evil', false],
    ['refs/tags/v*', 'refs/heads/refs/tags/v1', false],
    ['refs/heads/release/**', 'refs/heads/release/1/2', true],
    ['refs/heads/main', 'refs/heads/main2', false],
    ['refs/heads/m.in', 'refs/heads/main', false],
    [undefined, 'refs/heads/anything', true],
    [undefined, 'refs/merge-requests/1/head', false],
  ])('%s, for %s: %s', (pattern, ref, matches) => {
    expect(matchesRef(ref, pattern)).toBe(matches)
  })
})

it('takes ID tokens for this registry, with bytes or without, and no others', () => {
  const registry = 'https://npm.acme.test/'
  expect(isJobAudience('npm:npm.acme.test', registry)).toBe(true)
  expect(isJobAudience('npm:npm.acme.test:sha512-abc', registry)).toBe(true)
  for (const other of ['npm:npm.acme.test.evil', 'npm:npm.acme.test:', 'npm:other', ['npm:npm.acme.test'], undefined]) {
    expect(isJobAudience(other, registry)).toBe(false)
  }
})
