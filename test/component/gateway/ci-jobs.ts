import { jobAudience } from '#common/ci/index.ts'
import { app } from '#lexicons'
import type { CiIssuer } from '#test/support/ci-issuer.ts'
import type { GatewayScene } from './gateway-scene.ts'
import { type Answer, asks } from './npm-requests.ts'
import { Person } from './person.ts'

/** The job that `CiIssuer.github` makes ID tokens for, as alice trusts it. */
export const githubJob = (github: CiIssuer, packages: string[], changes: object = {}) => ({
  id: 'github-job',
  issuer: github.issuer,
  packages,
  repository: 'octo/app',
  repositoryId: '74',
  ownerId: '65',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/tags/v*',
  ...changes,
})

/** `atoll trust-publisher add` */
export async function trusts({ alice, acme }: GatewayScene, input: object): Promise<void> {
  const procedure = app.npm.operation.putTrustedPublisher.$nsid
  const answer = await alice.operates({ org: acme, procedure, input })
  if (!answer.ok) throw new Error(`not trusted: ${await answer.text()}`)
}

/** What npm asks first in a job. */
export function exchanges({ url }: GatewayScene, name: string, idToken: string): Promise<Answer> {
  const path = `/-/npm/v1/oidc/token/exchange/package/${name.replace('/', '%2f')}`
  return asks(Person.holding(idToken, url), 'POST', path)
}

/** Whoever holds the token that a job got for its ID token. */
export async function job(scene: GatewayScene, name: string, github: CiIssuer, idToken?: string): Promise<Person> {
  const answer = await exchanges(scene, name, idToken ?? (await github.github(jobAudience(scene.url))))
  const { token, error } = answer.body
  if (answer.status !== 201) throw new Error(`no token: ${error}`)
  return Person.holding(String(token), scene.url)
}
