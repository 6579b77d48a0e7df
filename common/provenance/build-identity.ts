import type { CertificateClaims } from './certificate-claims.ts'
import { refuseProvenance } from './limits.ts'

/** Which build made a version, by the word of the certificate authority that saw the job's ID token. */
export interface BuildIdentity {
  /** `iss` of the job's ID token. */
  issuer: string
  /** URL, as it was called at the time: https://github.com/acme/ui */
  repository: string
  /** Numeric; stays when the repository is renamed, and is another when it is made anew. Certificates of before 2023 lack both. */
  repositoryId: string | undefined
  ownerId: string | undefined
  commit: string
  /** refs/heads/main */
  ref: string
  /** Path in the repository: .github/workflows/release.yml, .gitlab-ci.yml */
  workflow: string | undefined
  /** The ref the workflow itself was taken from. */
  workflowRef: string | undefined
  /** Deployment environment, where the job had one and the authority says so. */
  environment: string | undefined
  /** What caused the run: push, pull_request_target, … */
  trigger: string | undefined
  /** URL of the run. */
  run: string | undefined
}

const github = 'https://github.com'

/** @throws InvalidProvenance when the certificate does not name a build */
export function readIdentity(claims: CertificateClaims): BuildIdentity {
  const named = claims.get(5)
  const repository = claims.get(12) ?? (named && `${github}/${named}`)
  const identity = {
    issuer: claims.get(8) ?? claims.get(1),
    repository,
    commit: claims.get(13) ?? claims.get(3),
    ref: claims.get(14) ?? claims.get(6),
  }
  const { issuer, commit, ref } = identity
  if (!issuer || !repository || !commit || !ref) {
    const missing = Object.entries(identity).find(([, value]) => !value)?.[0]
    throw refuseProvenance(`its certificate is not of a build: it names no ${missing}`)
  }
  return {
    issuer,
    repository,
    commit,
    ref,
    repositoryId: claims.get(15),
    ownerId: claims.get(17),
    ...workflowOf(claims.get(18) ?? '', repository),
    environment: claims.get(23),
    trigger: claims.get(20) ?? claims.get(2),
    run: claims.get(21),
  }
}

/** "Build Config URI": `<repository>/<path>@<ref>`; GitLab has one slash more before the path (`ci_config_ref_uri`). */
function workflowOf(uri: string, repository: string): Pick<BuildIdentity, 'workflow' | 'workflowRef'> {
  const path = uri.startsWith(`${repository}/`) ? uri.slice(repository.length + 1).replace(/^\//, '') : uri
  const [, workflow, workflowRef] = /^(.+?)(?:@(.*))?$/.exec(path) ?? []
  return { workflow, workflowRef }
}
