import { describe, expect, it } from 'vitest'
import { compareWithRepository, compareWithSource } from '#common/provenance/index.ts'
import { releaseOnGithub } from '#test/support/sigstore/index.ts'

const build = { ...releaseOnGithub, workflowRef: releaseOnGithub.ref, environment: 'npm', run: undefined }
const { issuer, repository, repositoryId, ownerId } = build
const source = {
  issuer,
  repository,
  repositoryId,
  ownerId,
  workflows: ['.github/workflows/release.yml'],
  refs: ['refs/heads/main', 'refs/tags/v*'],
  environments: ['npm'],
}

describe('a build is of the declared source', () => {
  it('when everything agrees', () => {
    expect(compareWithSource(build, source)).toBeUndefined()
  })
  it('when the repository was renamed: its number stays', () => {
    expect(compareWithSource({ ...build, repository: 'https://github.com/acme/howdy' }, source)).toBeUndefined()
  })
  it('from any workflow, ref and environment when none is declared', () => {
    const anywhere = { issuer, repository, repositoryId, ownerId }
    const build2 = { ...build, workflow: 'x.yml', ref: 'refs/heads/x', environment: undefined }
    expect(compareWithSource(build2, anywhere)).toBeUndefined()
  })
  it.each(['refs/tags/v1.0.0', 'refs/tags/v'])('from %s, which a pattern takes', (ref) => {
    expect(compareWithSource({ ...build, ref }, source)).toBeUndefined()
  })
  it('with two stars across slashes', () => {
    const deep = { ...source, refs: ['refs/heads/release/**'] }
    expect(compareWithSource({ ...build, ref: 'refs/heads/release/1/x' }, deep)).toBeUndefined()
  })
})

describe('a build is not of the declared source', () => {
  it('by a pattern that a backtracking matcher would be busy with for ever', () => {
    const refs = [`refs/heads/${'**a'.repeat(60)}b`]
    const found = compareWithSource({ ...build, ref: `refs/heads/${'a'.repeat(4_000)}` }, { ...source, refs })
    expect(found).toMatch(/not from/)
  })
  it.each([
    [
      'a fork',
      { repository: 'https://github.com/mallory/hello', repositoryId: '666', ownerId: '13' },
      /mallory\/hello \(id 666\)/,
    ],
    ['a repository made anew under the same name', { repositoryId: '666' }, /another repository under the same name/],
    ['a repository that was handed over', { ownerId: '13' }, /belonged to owner 13, not to 42/],
    ['another server with the same numbers', { issuer: 'https://gitlab.com' }, /jobs of https:\/\/gitlab.com/],
    ['another workflow', { workflow: '.github/workflows/nightly.yml' }, /workflow .github\/workflows\/nightly.yml/],
    ['an unknown workflow', { workflow: undefined }, /workflow unknown/],
    ['another branch', { ref: 'refs/heads/patch-1' }, /from refs\/heads\/patch-1, not from refs\/heads\/main or/],
    ['a branch that begins like it', { ref: 'refs/heads/main2' }, /from refs\/heads\/main2/],
    ['a branch that has its name in it', { ref: 'refs/heads/x/refs/heads/main' }, /not from/],
    ['a tag with a slash', { ref: 'refs/tags/v1/x' }, /not from/],
    ['another environment', { environment: 'staging' }, /in the environment staging, not in npm/],
    ['no environment', { environment: undefined }, /in no environment, not in npm/],
    ['a certificate without numbers', { repositoryId: undefined, ownerId: undefined }, /id unknown/],
  ])('%s', (_what, change, reason) => {
    expect(compareWithSource({ ...build, ...change }, source)).toMatch(reason)
  })
  it('when a dot of a pattern would have to be any character', () => {
    expect(compareWithSource({ ...build, ref: 'refs/heads/1x0' }, { ...source, refs: ['refs/heads/1.0'] })).toMatch(
      /1x0/,
    )
  })
})

describe('what package.json names as repository', () => {
  it.each([
    'https://github.com/acme/hello',
    'git+https://github.com/acme/hello.git',
    'git+ssh://git@github.com/Acme/hello.git#main',
    'git://github.com/acme/hello.git',
    'github:acme/hello',
    'acme/hello',
  ])('is recognised: %s', (url) => {
    expect(compareWithRepository(build, url)).toBe(true)
  })
  it.each(['https://github.com/mallory/hello', 'gitlab:acme/hello', 'https://evil.test/github.com/acme/hello'])(
    'is another: %s',
    (url) => {
      expect(compareWithRepository(build, url)).toBe(false)
    },
  )
  it.each([undefined, '', 'hello'])('cannot be compared: %s', (url) => {
    expect(compareWithRepository(build, url)).toBeUndefined()
  })
})
