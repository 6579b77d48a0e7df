import type { Claims } from './sigstore-instance.ts'

export const githubIssuer = 'https://token.actions.githubusercontent.com'
export const gitlabIssuer = 'https://gitlab.com'

/** A job that builds a package, as its forge says who it is. */
export interface Build {
  issuer: string
  repository: string
  repositoryId: string
  ownerId: string
  commit: string
  ref: string
  workflow: string
  environment?: string | undefined
  trigger: string
}

export const releaseOnGithub: Build = {
  issuer: githubIssuer,
  repository: 'https://github.com/acme/hello',
  repositoryId: '4711',
  ownerId: '42',
  commit: '0123456789abcdef0123456789abcdef01234567',
  ref: 'refs/heads/main',
  workflow: '.github/workflows/release.yml',
  trigger: 'push',
}

export const releaseOnGitlab: Build = {
  ...releaseOnGithub,
  issuer: gitlabIssuer,
  repository: 'https://gitlab.com/acme/hello',
  workflow: '.gitlab-ci.yml',
}

/** What Fulcio writes into the certificate of such a job. */
export function claimsOf(build: Build): Claims {
  const between = build.issuer === gitlabIssuer ? '//' : '/'
  const environment: Claims = build.environment === undefined ? {} : { 23: build.environment }
  return {
    1: build.issuer,
    8: build.issuer,
    12: build.repository,
    13: build.commit,
    14: build.ref,
    15: build.repositoryId,
    17: build.ownerId,
    18: `${build.repository}${between}${build.workflow}@${build.ref}`,
    20: build.trigger,
    21: `${build.repository}/actions/runs/1/attempts/1`,
    ...environment,
  }
}

export interface Subject {
  name: string
  version: string
  /** SRI, sha512-… */
  integrity: string
}

/** As npm names what it publishes. */
export function subjectOf({ name, version, integrity }: Subject) {
  const sha512 = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex')
  return { name: `pkg:npm/${name.replace('@', '%40')}@${version}`, digest: { sha512 } }
}

/** npm's statement on GitHub Actions: SLSA v1. */
export function slsa1(subject: Subject, build: Build): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [subjectOf(subject)],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
        externalParameters: {
          workflow: { ref: build.ref, repository: build.repository, path: build.workflow },
        },
        internalParameters: {
          github: {
            event_name: build.trigger,
            repository_id: build.repositoryId,
            repository_owner_id: build.ownerId,
          },
        },
        resolvedDependencies: [{ uri: `git+${build.repository}@${build.ref}`, digest: { gitCommit: build.commit } }],
      },
      runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
    },
  }
}

/** SLSA v0.2 as npm and others wrote it on GitHub Actions. */
export function slsa02OnGithub(subject: Subject, build: Build): object {
  const uri = `git+${build.repository}@${build.ref}`
  return slsa02(subject, {
    configSource: { uri, digest: { sha1: build.commit }, entryPoint: build.workflow },
    parameters: {},
    environment: { GITHUB_REPOSITORY_ID: build.repositoryId, GITHUB_REPOSITORY_OWNER_ID: build.ownerId },
  })
}

/** npm's statement on GitLab CI, where the entry point is the name of the job. */
export function slsa02OnGitlab(subject: Subject, build: Build): object {
  const uri = `git+${build.repository}`
  return slsa02(subject, {
    configSource: { uri, digest: { sha1: build.commit }, entryPoint: 'publish' },
    parameters: { CI: 'true', CI_PROJECT_ID: build.repositoryId },
    environment: { project: 'acme/hello' },
  })
}

function slsa02(subject: Subject, invocation: object): object {
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: [subjectOf(subject)],
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: { buildType: 'https://github.com/npm/cli/gitlab/v0alpha1', builder: { id: 'runner' }, invocation },
  }
}
