import { type CiProvider, contextIds, providerOf } from '#common/ci/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { TrustedPublisher } from '#common/operations/index.ts'
import type { CiIssuer } from '../../config.ts'
import type { TrustRequest } from './read-trust-request.ts'

/**
 * The trusted publisher that npm asks for, known by numbers: npm knows repositories by their names, which can be given up, and taken by
 * others. Pure.
 * @throws IssuerNotConfigured, RepositoryNotNumbered, InvalidRequest
 */
export function draftPublisher(
  name: string,
  asked: TrustRequest,
  issuers: readonly CiIssuer[],
): Omit<TrustedPublisher, 'retired'> {
  const stageOnly = asked.permissions.includes('createPackage') ? undefined : true
  const shared = { packages: [name], stageOnly }
  switch (asked.type) {
    case 'github': {
      const { repository, workflow_ref: workflow, environment } = asked.claims
      const job = { ...numbersIn(repository, githubForm), workflow: `.github/workflows/${workflow.file}`, environment }
      return { ...shared, ...job, issuer: issuerOf('github', issuers) }
    }
    case 'gitlab': {
      const { project_path: project, ci_config_ref_uri: config, environment } = asked.claims
      const job = { ...numbersIn(project, gitlabForm), workflow: config.file, environment }
      return { ...shared, ...job, issuer: issuerOf('gitlab', issuers) }
    }
    case 'circleci':
      return { ...shared, ...circleJob(asked.claims, issuers) }
  }
}

const githubForm = `"<owner id>/<repository id>" (gh api repos/OWNER/NAME --jq '"\\(.owner.id)/\\(.id)"')`
const gitlabForm = '"<namespace id>/<project id>" (GET /api/v4/projects/:path of your GitLab says both)'

function numbersIn(repository: string, form: string): { ownerId: string; repositoryId: string } {
  const [, ownerId, repositoryId] = /^(\d+)\/(\d+)$/.exec(repository) ?? []
  if (ownerId === undefined || repositoryId === undefined) {
    throw new AtollError('RepositoryNotNumbered', { repository, form })
  }
  return { ownerId, repositoryId }
}

function issuerOf(provider: CiProvider, issuers: readonly CiIssuer[]): string {
  const known = issuers.filter((issuer) => providerOf(issuer) === provider)
  if (known[0] === undefined) throw new AtollError('IssuerNotConfigured', { issuer: provider })
  if (known.length === 1) return known[0].issuer
  const reason = `there are several issuers of ${provider}: "atoll trust-publisher add --issuer" says which`
  throw new AtollError('InvalidRequest', { reason })
}

type CircleClaims = Extract<TrustRequest, { type: 'circleci' }>['claims']

/** CircleCI has an issuer for each of its organisations; the rest of what npm says are claims. */
function circleJob({ [contextIds]: contexts, ...claims }: CircleClaims, issuers: readonly CiIssuer[]) {
  const path = `/org/${claims['oidc.circleci.com/org-id'].toLowerCase()}`
  const known = issuers.find((issuer) => providerOf(issuer) === 'circleci' && issuer.issuer.endsWith(path))
  if (known === undefined) throw new AtollError('IssuerNotConfigured', { issuer: `https://oidc.circleci.com${path}` })
  const named = Object.entries(claims).map(([name, value]) => ({ name, value }))
  if (contexts !== undefined) named.push({ name: contextIds, value: contexts.join(',') })
  return { issuer: known.issuer, claims: named }
}
