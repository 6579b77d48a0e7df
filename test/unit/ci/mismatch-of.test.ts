import { describe, expect, it } from 'vitest'
import { isJobAudience, isOfOwner, mismatchOf, mismatchOfBuild, unboundness } from '#common/ci/index.ts'
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
    // Without a ref nothing is cut off its end.
    ['workflow_ref', 'octo/app/.github/workflows/release.yml~'],
    // A file that is called like this is another one.
    ['workflow_ref', 'octo/app/.github/workflows/release.yml@refs/heads/other.yml@refs/heads/main'],
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

it('is read as its issuer is configured, whatever that is called', () => {
  const own = { issuer: 'https://gitlab.acme.test', provider: 'gitlab' } as const
  const wanted = { issuer: own.issuer, packages: ['*'], repositoryId: '74' }
  const said = { project_id: '74', ref_path: 'refs/heads/main' }
  expect(mismatchOf(wanted, { claims: said, issuer: own })).toBeUndefined()
  expect(mismatchOf(wanted, { claims: { ...said, repository_id: '74', project_id: '75' }, issuer: own })).toContain(
    '75',
  )
})

describe('a job of the same owner as a trusted publisher', () => {
  it('is of its issuer and owner, whichever repository it is of', () => {
    expect(isOfOwner(publisher, { claims: { ...claims, repository_id: '1' }, issuer })).toBe(true)
    for (const id of ['66', undefined]) {
      expect(isOfOwner(publisher, { claims: { ...claims, repository_owner_id: id }, issuer })).toBe(false)
    }
    expect(isOfOwner(publisher, { claims, issuer: { ...issuer, issuer: 'https://ci.acme.test' } })).toBe(false)
  })

  it('is any of an issuer that is the company’s own, where no owner is named', () => {
    expect(isOfOwner({ issuer: issuer.issuer }, { claims: {}, issuer })).toBe(true)
    expect(isOfOwner({ issuer: issuer.issuer }, { claims: {}, issuer: { issuer: 'https://ci.acme.test' } })).toBe(false)
  })
})

describe('a job at CircleCI', () => {
  const circle = { issuer: 'https://oidc.circleci.com/org/c9035eb6-6eb2-4c85-8a81-d9ee6a1fa8c2' }
  const contexts = 'oidc.circleci.com/context-ids'
  const trusted = { ...circle, packages: ['*'], claims: [{ name: contexts, value: 'a,b' }] }
  const said = {
    [contexts]: ['b', 'c', 'a'],
    'oidc.circleci.com/vcs-ref': 'refs/heads/main',
    'oidc.circleci.com/ssh-rerun': false,
  }
  const against = (changes: object, publisher: Parameters<typeof mismatchOf>[0] = trusted) =>
    mismatchOf(publisher, { claims: { ...said, ...changes }, issuer: circle })

  it('runs in every context that is named, whichever others there are', () => {
    expect(against({})).toBeUndefined()
    for (const list of [['a'], ['b'], [], 'a,b,c', ['a,b'], undefined]) {
      expect([list, against({ [contexts]: list })]).toEqual([list, expect.any(String)])
    }
  })

  it('is the only one whose lists are read: to any other issuer a list is no text', () => {
    const generic = { issuer: 'https://ci.acme.test' }
    const wanted = { ...generic, packages: ['*'], claims: [{ name: contexts, value: 'a' }] }
    expect(mismatchOf(wanted, { claims: { [contexts]: 'a' }, issuer: generic })).toBeUndefined()
    expect(mismatchOf(wanted, { claims: { [contexts]: ['a'] }, issuer: generic })).toContain('not said')
  })

  it('runs for a branch or tag, and not for a pull request, also by a pattern for branches', () => {
    expect(against({ 'oidc.circleci.com/vcs-ref': 'refs/tags/v1' })).toBeUndefined()
    for (const ref of ['refs/heads/pull/17', undefined]) {
      expect(against({ 'oidc.circleci.com/vcs-ref': ref })).toContain('its ref is')
      expect(against({ 'oidc.circleci.com/vcs-ref': ref }, { ...trusted, ref: 'refs/heads/**' })).toContain(
        'its ref is',
      )
    }
  })

  it('was not rerun by somebody who sits at its machine', () => {
    for (const rerun of [true, undefined]) {
      expect(against({ 'oidc.circleci.com/ssh-rerun': rerun })).toContain('never trusted')
    }
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

describe('a build, by the certificate of its provenance', () => {
  const build = {
    issuer: issuer.issuer,
    repository: 'https://github.com/octo/app',
    repositoryId: '74',
    ownerId: '65',
    commit: 'c0ffee',
    ref: 'refs/heads/main',
    workflow: '.github/workflows/release.yml',
    workflowRef: 'refs/heads/main',
    environment: undefined,
    trigger: 'push',
    run: undefined,
  }

  it('is of the trusted publisher’s job, also when the repository is called otherwise now', () => {
    expect(mismatchOfBuild(publisher, build)).toBeUndefined()
    expect(mismatchOfBuild(publisher, { ...build, repository: 'https://github.com/octo/renamed' })).toBeUndefined()
  })

  it.each([
    ['issuer', 'https://gitlab.com'],
    ['repositoryId', '75'],
    ['repositoryId', undefined],
    ['ownerId', '66'],
    ['ownerId', undefined],
    ['workflow', '.github/workflows/other.yml'],
    ['workflow', undefined],
    ['ref', 'refs/pull/1/merge'],
    ['trigger', 'pull_request_target'],
  ])('is not when its %s is %s', (field, value) => {
    expect(mismatchOfBuild(publisher, { ...build, [field]: value })).toBeTypeOf('string')
  })

  it('is not when it ran for another ref or in another environment than the record asks for', () => {
    expect(mismatchOfBuild({ ...publisher, ref: 'refs/tags/*' }, build)).toContain('refs/heads/main')
    const released = { ...publisher, environment: 'npm' }
    expect(mismatchOfBuild(released, build)).toContain('environment')
    expect(mismatchOfBuild(released, { ...build, environment: 'npm' })).toBeUndefined()
  })

  it('is never that of a job which is known by claims that no certificate has', () => {
    const claims = [{ name: 'pipeline', value: '12' }]
    expect(mismatchOfBuild({ ...publisher, claims }, build)).toContain('claims')
    expect(mismatchOfBuild({ issuer: issuer.issuer, packages: ['*'], claims }, build)).toContain('claims')
    expect(mismatchOfBuild({ issuer: issuer.issuer, packages: ['*'] }, build)).toContain('claims')
  })

  it('counts for an hour after it was certified', () => {
    const certifiedAt = '2026-03-01T12:00:00.000Z'
    const at = Date.parse(certifiedAt)
    const provenance = { build, predicateType: 'https://slsa.dev/provenance/v1', certifiedAt }
    expect(unboundness(publisher, provenance, at + 3_600_000)).toBeUndefined()
    expect(unboundness(publisher, provenance, at + 3_600_001)).toContain('counts for an hour')
    expect(unboundness(publisher, provenance, at - 60_001)).toContain('counts for an hour')
    expect(unboundness(publisher, { ...provenance, build: { ...build, repositoryId: '75' } }, at)).toContain('75')
  })
})
