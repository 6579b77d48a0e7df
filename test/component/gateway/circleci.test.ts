import { randomUUID } from 'node:crypto'
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findJobToken } from '#appliance/publish/job-token.ts'
import { Npm } from '#appliance/tour/npm.ts'
import { boundAudience, jobAudience } from '#common/ci/index.ts'
import { CiIssuer, circleJob } from '#test/support/ci-issuer.ts'
import { guideCommands } from '#test/support/guide-commands.ts'
import { exchanges as exchangesAt, packs, publishes } from './ci-jobs.ts'
import { GatewayScene } from './gateway-scene.ts'
import { asks } from './npm-requests.ts'
import { Person } from './person.ts'

const name = '@acme.test/circled'

let scene: GatewayScene
let circle: CiIssuer
let folder: string

beforeAll(async () => {
  circle = await CiIssuer.start(`/org/${circleJob.org}`)
  scene = await GatewayScene.opens({}, { ciIssuers: [{ issuer: circle.issuer, provider: 'circleci' }] })
  folder = await mkdtemp(join(tmpdir(), 'atoll-circleci-'))
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await circle?.[Symbol.asyncDispose]()
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
})

const exchanges = (idToken: string) => exchangesAt(scene, name, idToken)
const plain = () => jobAudience(scene.url)

describe('npm trust circleci', () => {
  it('trusts a pipeline, by what npm itself sends, and lists it', async () => {
    const npm = await Npm.create(join(folder, 'alice'), scene.url)
    await appendFile(join(npm.home, '.npmrc'), `${scene.url.replace('http:', '')}/:_authToken=${scene.alice.token}\n`)
    const values: Record<string, string> = {
      ...{ PACKAGE: name, ORG_ID: circleJob.org, PROJECT_ID: circleJob.project, PIPELINE_ID: circleJob.pipeline },
      CONTEXT_ID: circleJob.context,
    }
    const [line = ''] = (await guideCommands('trusted-publishing.md'))['circleci'] ?? []
    const words = line.replace(/\b[A-Z]+(_ID)?\b/g, (word) => values[word] ?? word).split(' ')
    const trusted = await npm.runInTerminal(npm.home, words.slice(1), (url) => scene.alice.browser.approve(url))
    expect(trusted.output).toContain('Trust configuration created successfully')
    const listed = (await asks(scene.alice, 'GET', '/-/package/@acme.test%2fcircled/trust')).body
    expect(listed).toMatchObject([
      {
        type: 'circleci',
        claims: {
          'oidc.circleci.com/project-id': circleJob.project,
          'oidc.circleci.com/vcs-origin': 'github.com/octo/app',
          'oidc.circleci.com/context-ids': [circleJob.context],
        },
      },
    ])
  })

  it('is refused for an organisation whose issuer nobody configured, and without what npm always says', async () => {
    const claims = {
      'oidc.circleci.com/org-id': randomUUID(),
      'oidc.circleci.com/project-id': circleJob.project,
      'oidc.circleci.com/pipeline-definition-id': circleJob.pipeline,
      'oidc.circleci.com/vcs-origin': 'github.com/octo/app',
    }
    const trust = (changes: object) =>
      asks(scene.alice, 'POST', '/-/package/@acme.test%2fcircled/trust', [
        { type: 'circleci', claims: { ...claims, ...changes }, permissions: ['createPackage'] },
      ])
    expect(await trust({})).toMatchObject({ status: 400, body: { code: 'IssuerNotConfigured' } })
    expect(await trust({ 'oidc.circleci.com/project-id': undefined })).toMatchObject({ status: 400 })
    expect(await trust({ 'oidc.circleci.com/context-ids': ['a,b'] })).toMatchObject({ status: 400 })
  })
})

describe('a job at CircleCI', () => {
  it('publishes at once with an ID token for these bytes, which its own command makes', async () => {
    const { token } = (await exchanges(await circle.circleci(plain()))).body
    const packed = await packs({ name, version: '1.0.0' })
    const audience = boundAudience(scene.url, packed.integrity)
    const job = await findJobToken(audience, await environment())
    expect(job.bound).toBe(true)
    const answer = await publishes(Person.holding(String(token), scene.url), packed, job.token)
    expect(answer).toMatchObject({ status: 201 })
    expect((await scene.alice.asks(`/${name}/1.0.0`)).status).toBe(200)
  })

  it('brings an ID token once, though those have no number', async () => {
    const token = await circle.circleci(plain())
    expect((await exchanges(token)).status).toBe(201)
    expect(await exchanges(token)).toMatchObject({ status: 401, body: { code: 'ReplayedToken' } })
    expect((await exchanges(await circle.circleci(plain()))).status).toBe(201)
  })

  it.each([
    ['of another project', { 'oidc.circleci.com/project-id': randomUUID() }, 'project-id is'],
    ['of another pipeline', { 'oidc.circleci.com/pipeline-definition-id': randomUUID() }, 'definition-id is'],
    ['of a fork', { 'oidc.circleci.com/vcs-origin': 'github.com/evil/app' }, 'vcs-origin is github.com/evil/app'],
    ['of a pull request', { 'oidc.circleci.com/vcs-ref': 'refs/heads/pull/17' }, 'ref is refs/pull/17'],
    ['of no ref', { 'oidc.circleci.com/vcs-ref': undefined }, 'ref is not said'],
    ['without its context', { 'oidc.circleci.com/context-ids': [randomUUID()] }, 'context-ids'],
    ['that somebody reran to sit at its machine', { 'oidc.circleci.com/ssh-rerun': true }, 'ssh-rerun are never'],
    ['that does not say whether somebody did', { 'oidc.circleci.com/ssh-rerun': undefined }, 'ssh-rerun are never'],
  ])('%s gets nothing', async (_what, claims, reason) => {
    const refused = await exchanges(await circle.circleci(plain(), claims))
    expect(refused).toMatchObject({ status: 403, body: { code: 'NotTrusted', error: expect.stringContaining(reason) } })
  })
})

/** Of a job, where `circleci run oidc get` makes the ID tokens. */
async function environment(): Promise<NodeJS.ProcessEnv> {
  const packed = await packs({ name, version: '1.0.0' })
  const token = await circle.circleci(boundAudience(scene.url, packed.integrity))
  const command = join(folder, 'circleci')
  const script = `#!/bin/sh
[ "$1 $2 $3 $4" = "run oidc get --claims" ] || exit 2
[ "$5" = '{"aud":"${boundAudience(scene.url, packed.integrity)}"}' ] || exit 3
echo '${token}'
`
  await writeFile(command, script)
  await chmod(command, 0o755)
  return { CIRCLECI: 'true', PATH: `${folder}${delimiter}${process.env['PATH']}` }
}
