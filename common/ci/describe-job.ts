import type { CiProvider } from './issuers.ts'

export type JobClaims = Readonly<Record<string, unknown>>

/** Whose job it is, in words that are the same for every CI system. What its ID token does not say is undefined. */
export interface Job {
  repositoryId: string | undefined
  ownerId: string | undefined
  /** Path of the workflow's file in the repository. */
  workflow: string | undefined
  /** refs/heads/…, refs/tags/… */
  ref: string | undefined
  environment: string | undefined
}

/**
 * Reads an ID token's claims by name. `sub` is not taken apart: its form is the job's owner's to change.
 * https://docs.github.com/en/actions/reference/security/oidc, https://docs.gitlab.com/ci/secrets/id_token_authentication/,
 * https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
 */
export function describeJob(claims: JobClaims, provider: CiProvider): Job {
  const said = (name: string) => textOf(claims, name)
  switch (provider) {
    case 'github':
      return {
        repositoryId: said('repository_id'),
        ownerId: said('repository_owner_id'),
        workflow: githubWorkflow(said('workflow_ref'), said('repository')),
        ref: said('ref'),
        environment: said('environment'),
      }
    case 'gitlab':
      return {
        repositoryId: said('project_id'),
        ownerId: said('namespace_id'),
        workflow: gitlabPipeline(said('ci_config_ref_uri'), said('project_path')),
        ref: said('ref_path'),
        environment: said('environment'),
      }
    case 'circleci':
      // Repositories are not numbered: projects and pipelines are, by claims that the trusted publisher names.
      return { ...unknownJob, ref: circleRef(said('oidc.circleci.com/vcs-ref')) }
    case 'oidc':
      return { ...unknownJob, ref: said('ref') }
  }
}

const unknownJob = { repositoryId: undefined, ownerId: undefined, workflow: undefined, environment: undefined }

/** What had the job run, where that is a reason not to trust it. */
export function triggerOf(claims: JobClaims, provider: CiProvider): string | undefined {
  if (provider !== 'circleci') return textOf(claims, 'event_name')
  return textOf(claims, 'oidc.circleci.com/ssh-rerun') === 'false' ? undefined : 'ssh-rerun'
}

/** Of somebody's pull request it is no branch of the repository, though it looks like one: refs/heads/pull/17. */
function circleRef(ref: string | undefined): string | undefined {
  return ref?.replace(/^refs\/heads\/pull\//, 'refs/pull/')
}

/** Ids are text with some issuers and numbers with others; lists and objects equal nothing. */
export function textOf(claims: JobClaims, name: string): string | undefined {
  const value = claims[name]
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined
}

/** `octo/app/.github/workflows/release.yml@refs/heads/main`: the repository stands in another claim, so nothing is guessed. */
function githubWorkflow(workflowRef: string | undefined, repository: string | undefined): string | undefined {
  return between(workflowRef, `${repository}/`)
}

/** `gitlab.example.com/group/app//.gitlab-ci.yml@refs/heads/main`; of another project's pipeline it says another path. */
function gitlabPipeline(uri: string | undefined, project: string | undefined): string | undefined {
  const host = uri?.split('/', 1)[0]
  return between(uri, `${host}/${project}//`)
}

function between(text: string | undefined, prefix: string): string | undefined {
  const at = text?.lastIndexOf('@refs/') ?? -1
  return text?.startsWith(prefix) === true && at > prefix.length ? text.slice(prefix.length, at) : undefined
}
