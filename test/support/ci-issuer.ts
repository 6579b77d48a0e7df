import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { tinyServer } from './tiny-server.ts'

type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
type Claims = Record<string, unknown>

/** Whose job `CiIssuer.circleci` signs for. */
export const circleJob = {
  org: 'c9035eb6-6eb2-4c85-8a81-d9ee6a1fa8c2',
  project: 'ecc458d2-fbdc-4d9a-93c4-ac065ed3c3ca',
  pipeline: '961ae4b1-070b-4134-ae64-1328a3ae3862',
  context: '58bef0c1-399d-49ca-a5ba-2f4317e4224d',
}

/** What signs the ID tokens of a CI system's jobs: discovery, keys and tokens are as GitHub's and GitLab's are. */
export class CiIssuer implements AsyncDisposable {
  readonly issuer: string
  askedForKeys = 0
  readonly #server: AsyncDisposable
  readonly #jwks: { keys: object[] }
  /** What GitHub gives a job to ask for ID tokens with. */
  readonly #requestToken = randomUUID()
  #key: { kid: string; privateKey: Key }

  /** @param path of its own, where a host has several issuers */
  static async start(path = ''): Promise<CiIssuer> {
    const jwks: { keys: object[] } = { keys: [] }
    const key = await drawKey(jwks)
    const server = await tinyServer(async (request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(await started.#answer(request)))
    })
    const started = new CiIssuer({ server, issuer: `${server.url}${path}` }, jwks, key)
    return started
  }

  /** What GitHub's runner sets for a job that may have ID tokens. */
  get githubEnvironment(): Record<string, string> {
    return {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${this.issuer}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.#requestToken,
    }
  }

  private constructor(
    { server, issuer }: { server: AsyncDisposable; issuer: string },
    jwks: { keys: object[] },
    key: { kid: string; privateKey: Key },
  ) {
    this.issuer = issuer
    this.#server = server
    this.#jwks = jwks
    this.#key = key
  }

  /** From now on another key signs; the old one is gone. */
  async rotates(): Promise<void> {
    this.#jwks.keys.length = 0
    this.#key = await drawKey(this.#jwks)
  }

  /**
   * A job of octo/app at GitHub, as its workflow release.yml runs for a tag.
   * https://docs.github.com/en/actions/reference/security/oidc
   */
  github(audience: string, changes: Claims = {}): Promise<string> {
    return this.signs({
      aud: audience,
      sub: 'repo:octo/app:ref:refs/tags/v1.0.0',
      repository: 'octo/app',
      repository_id: '74',
      repository_owner: 'octo',
      repository_owner_id: '65',
      workflow_ref: 'octo/app/.github/workflows/release.yml@refs/tags/v1.0.0',
      job_workflow_ref: 'octo/app/.github/workflows/release.yml@refs/tags/v1.0.0',
      ref: 'refs/tags/v1.0.0',
      ref_type: 'tag',
      event_name: 'push',
      repository_visibility: 'private',
      ...changes,
    })
  }

  /** A job of group/app at GitLab. https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
  gitlab(audience: string, changes: Claims = {}): Promise<string> {
    return this.signs({
      aud: audience,
      sub: 'project_path:group/app:ref_type:branch:ref:main',
      project_path: 'group/app',
      project_id: '22',
      namespace_path: 'group',
      namespace_id: '72',
      ref: 'main',
      ref_type: 'branch',
      ref_path: 'refs/heads/main',
      ci_config_ref_uri: 'gitlab.test/group/app//.gitlab-ci.yml@refs/heads/main',
      pipeline_source: 'push',
      ...changes,
    })
  }

  /**
   * A job of a pipeline at CircleCI, whose ID tokens have no number, on its branch main.
   * https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
   */
  circleci(audience: string, changes: Claims = {}): Promise<string> {
    return this.signs({
      aud: audience,
      jti: undefined,
      sub: `org/${circleJob.org}/project/${circleJob.project}/user/${randomUUID()}`,
      'oidc.circleci.com/org-id': circleJob.org,
      'oidc.circleci.com/project-id': circleJob.project,
      'oidc.circleci.com/pipeline-definition-id': circleJob.pipeline,
      'oidc.circleci.com/vcs-origin': 'github.com/octo/app',
      'oidc.circleci.com/vcs-ref': 'refs/heads/main',
      'oidc.circleci.com/context-ids': [circleJob.context, randomUUID()],
      'oidc.circleci.com/ssh-rerun': false,
      'oidc.circleci.com/job-id': randomUUID(),
      ...changes,
    })
  }

  /** @param key another one than the issuer's, for forgeries */
  signs(claims: Claims, key: Key = this.#key.privateKey): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const usual = { iss: this.issuer, iat: now, nbf: now, exp: now + 300, jti: randomUUID() }
    return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'RS256', kid: this.#key.kid }).sign(key)
  }

  async #answer({ url = '', headers }: IncomingMessage): Promise<object> {
    const { pathname, searchParams } = new URL(url, this.issuer)
    if (pathname.endsWith('/.well-known/jwks')) {
      this.askedForKeys += 1
      return this.#jwks
    }
    if (pathname !== '/token') return { issuer: this.issuer, jwks_uri: `${this.issuer}/.well-known/jwks` }
    if (headers.authorization !== `Bearer ${this.#requestToken}`) throw new Error('not the token of this job')
    return { value: await this.github(searchParams.get('audience') ?? '') }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server[Symbol.asyncDispose]()
  }
}

async function drawKey(jwks: { keys: object[] }): Promise<{ kid: string; privateKey: Key }> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const kid = randomUUID()
  jwks.keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' })
  return { kid, privateKey }
}
