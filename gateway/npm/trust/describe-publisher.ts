import { type CiProvider, contextIds, providerOf } from '#common/ci/index.ts'
import type { TrustedPublisher } from '#common/operations/index.ts'
import type { CiIssuer } from '../../config.ts'

/** As `npm trust list` shows it: what it has no word for is among the claims. */
export function describePublisher(
  publisher: Omit<TrustedPublisher, 'retired'> & { id: string },
  issuers: readonly CiIssuer[],
): Record<string, unknown> {
  const { id, issuer, stageOnly } = publisher
  const known = issuers.find((candidate) => candidate.issuer === issuer) ?? { issuer }
  const permissions = stageOnly === true ? ['createStagedPackage'] : ['createPackage', 'createStagedPackage']
  return { id, ...claimsOf(publisher, providerOf(known)), permissions }
}

function claimsOf(publisher: Omit<TrustedPublisher, 'retired'>, provider: CiProvider) {
  const { issuer, workflow, environment, ref, claims = [] } = publisher
  const further = { ...Object.fromEntries(claims.map(({ name, value }) => [name, value])), ...(ref && { ref }) }
  const repository = nameOf(publisher)
  switch (provider) {
    case 'github': {
      const file = workflow?.replace(/^\.github\/workflows\//, '')
      return { type: 'github', claims: { repository, workflow_ref: { file }, environment, ...further } }
    }
    case 'gitlab': {
      const job = { project_path: repository, ci_config_ref_uri: { file: workflow }, environment }
      return { type: 'gitlab', claims: { ...job, ...further } }
    }
    case 'circleci': {
      const contexts = claims.find(({ name }) => name === contextIds)?.value.split(',')
      return { type: 'circleci', claims: { ...further, ...(contexts && { [contextIds]: contexts }) } }
    }
    case 'oidc':
      return { type: `oidc ${issuer}`, claims: further }
  }
}

function nameOf({ repository, ownerId, repositoryId }: Omit<TrustedPublisher, 'retired'>): string {
  const numbers = `${ownerId}/${repositoryId}`
  return repository === undefined ? numbers : `${repository} (${numbers})`
}
