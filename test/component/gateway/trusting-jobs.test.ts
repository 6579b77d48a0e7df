import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { distrustJob, findTrustedJob, listTrustedJobs, trustJob } from '#appliance/admin/index.ts'
import { boundAudience, jobAudience } from '#common/ci/index.ts'
import { CiIssuer } from '#test/support/ci-issuer.ts'
import { exchanges as exchangesAt, githubJob, job as jobAt, packs, publishes, trusts } from './ci-jobs.ts'
import { GatewayScene } from './gateway-scene.ts'
import { asks, writes } from './npm-requests.ts'
import { bodyOf, type Person } from './person.ts'

const name = '@acme.test/app'
const trustPath = '/-/package/@acme.test%2fapp/trust'

let scene: GatewayScene
let github: CiIssuer
let gitlab: CiIssuer
/** Manages, and publishes. */
let alice: Person
/** Manages nothing. */
let bob: Person

beforeAll(async () => {
  ;[github, gitlab] = [await CiIssuer.start(), await CiIssuer.start()]
  scene = await GatewayScene.opens(
    {},
    {
      ciIssuers: [
        { issuer: github.issuer, provider: 'github' },
        { issuer: gitlab.issuer, provider: 'gitlab' },
      ],
    },
  )
  ;({ alice, bob } = scene)
  await scene.permits(await bob.did(), 'read')
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  for (const issuer of [github, gitlab]) await issuer?.[Symbol.asyncDispose]()
})

const exchanges = (idToken: string, of = name) => exchangesAt(scene, of, idToken)
const plain = () => jobAudience(scene.url)
const job = (idToken?: string) => jobAt(scene, name, github, idToken)

describe('atoll trust-publisher', () => {
  it('adds, lists and removes', async () => {
    const admin = {
      appview: await scene.calls('appview'),
      did: scene.parts.net.network.peers.appliance.did as DidString,
    }
    const org = { did: scene.acme, handle: 'acme.test', managers: [] }
    const claims = [{ name: 'pipeline', value: 'release' }]
    const request = trustJob(org.did, { issuer: gitlab.issuer, packages: ['@acme.test/*'], claims })
    expect((await alice.operates(request)).status).toBe(200)
    const added = (await listTrustedJobs(admin, org)).find((one) => one.claims !== undefined) ?? expect.fail()
    expect(added).toMatchObject({ packages: ['@acme.test/*'], claims })
    const ofPipeline = await gitlab.gitlab(plain(), { pipeline: 'release', project_id: '1' })
    expect((await exchanges(ofPipeline)).status).toBe(201)
    const distrust = distrustJob(org.did, await findTrustedJob(admin, org, added.id))
    expect((await alice.operates(distrust)).status).toBe(200)
    await expect(findTrustedJob(admin, org, added.id)).rejects.toThrow('atoll trust-publisher list')
    expect((await exchanges(await gitlab.gitlab(plain(), { pipeline: 'release', project_id: '1' }))).status).toBe(403)
  })
})

describe('npm trust', () => {
  const body = (changes: object = {}) => [
    {
      type: 'github',
      claims: { repository: '65/99', workflow_ref: { file: 'publish.yml' }, environment: 'npm', ...changes },
      permissions: ['createPackage', 'createStagedPackage'],
    },
  ]

  it('adds, lists and revokes a trusted publisher, each with a second factor', async () => {
    const added = await writes(alice, 'POST', trustPath, body())
    const claims = { repository: '65/99', workflow_ref: { file: 'publish.yml' }, environment: 'npm' }
    expect(added).toMatchObject({ status: 201, body: [{ type: 'github', claims }] })
    const { id } = (added.body as unknown as { id: string }[])[0] ?? expect.fail()
    const listed = async () => (await asks(alice, 'GET', trustPath)).body as unknown as { id: string }[]
    expect((await listed()).map((one) => one.id)).toContain(id)
    const inThere = { workflow_ref: 'octo/app/.github/workflows/publish.yml@refs/heads/main', ref: 'refs/heads/main' }
    const ofIt = { ...inThere, repository_id: '99', environment: 'npm' }
    expect((await exchanges(await github.github(plain(), ofIt))).status).toBe(201)
    const outside = { ...ofIt, environment: 'staging' }
    expect((await exchanges(await github.github(plain(), outside))).status).toBe(403)
    const holder = await job(await github.github(plain(), ofIt))
    expect(await writes(alice, 'DELETE', `${trustPath}/${id}`)).toMatchObject({ status: 201 })
    expect((await listed()).map((one) => one.id)).not.toContain(id)
    expect((await exchanges(await github.github(plain(), ofIt))).status).toBe(403)
    // The token it got before is worth nothing now.
    expect(await holder.puts(name, await bodyOf({ name, version: '3.0.0' }))).toMatchObject({
      status: 403,
      body: { code: 'NotTrusted' },
    })
  })

  it('says how to give the numbers, where npm knows a name', async () => {
    expect(await asks(alice, 'POST', trustPath, body({ repository: 'octo/app' }))).toMatchObject({
      status: 400,
      body: { code: 'RepositoryNotNumbered', error: expect.stringContaining('gh api repos/') },
    })
  })

  it('is for those who manage, and shows nothing to others', async () => {
    expect(await asks(bob, 'POST', trustPath, body())).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
    expect((await asks(bob, 'GET', trustPath)).body).toEqual([])
  })

  it('with --allow-stage-publish alone, has a job stage whatever its ID token is for', async () => {
    await trusts(scene, githubJob(github, [name], { stageOnly: true }))
    const packed = await packs({ name, version: '4.0.0' })
    const bound = boundAudience(scene.url, packed.integrity)
    const answer = await publishes(await job(), packed, await github.github(bound))
    expect(answer).toMatchObject({ status: 202, body: { stageId: expect.any(String) } })
  })
})

it('is not for a person’s token, though a job’s ID token comes with it', async () => {
  const packed = await packs({ name, version: '5.0.0' })
  const idToken = await github.github(boundAudience(scene.url, packed.integrity))
  expect(await publishes(bob, packed, idToken)).toMatchObject({ status: 403, body: { code: 'Forbidden' } })
})
