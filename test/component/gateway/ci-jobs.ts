import { jobAudience } from '#common/ci/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { CiIssuer } from '#test/support/ci-issuer.ts'
import { type PackageSource, pack, packageFolder } from '#test/support/package-folder.ts'
import { publishBody } from '#test/support/publish-request.ts'
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

export interface Packed {
  name: string
  body: Record<string, unknown>
  integrity: string
  tarball: Buffer
}

export async function packs(source: PackageSource): Promise<Packed> {
  const tarball = await pack(await packageFolder(source))
  const { integrity } = await inspectTarball(tarball)
  return { name: source.name, body: publishBody(source.name, source.version, tarball), integrity, tarball }
}

/** What `atoll publish` sends. */
export async function publishes(
  who: Person,
  { name, body }: Pick<Packed, 'name' | 'body'>,
  idToken: string,
): Promise<Answer> {
  const answer = await who.asks(`/${name.replace('/', '%2f')}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'atoll-id-token': idToken },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Answer['body'] }
}
