import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boundAudience, jobAudience } from '#common/ci/index.ts'
import { buildWitnesses, composeOperation, publishFromCi } from '#common/operations/index.ts'
import { operationHash, parseOperation } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { CiIssuer } from '#test/support/ci-issuer.ts'
import { exchanges as exchangesAt, githubJob, job as jobAt, type Packed, packs, publishes, trusts } from './ci-jobs.ts'
import { GatewayScene } from './gateway-scene.ts'
import { asks, writes } from './npm-requests.ts'
import { bodyOf, type Person } from './person.ts'

const name = '@acme.test/app'

let scene: GatewayScene
let github: CiIssuer
let gitlab: CiIssuer
/** Manages, and publishes. */
let alice: Person
/** Approves. */
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
  for (const action of ['read', 'approve']) await scene.permits(await bob.did(), action)
  await trusts(scene, githubJob(github, [name]))
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  for (const issuer of [github, gitlab]) await issuer?.[Symbol.asyncDispose]()
})

const exchanges = (idToken: string, of = name) => exchangesAt(scene, of, idToken)
const plain = () => jobAudience(scene.url)
const job = (idToken?: string) => jobAt(scene, name, github, idToken)

const isInstallable = async (version: string) => (await alice.asks(`/${name}/${version}`)).status === 200

describe('a job of a trusted publisher', () => {
  it('gets a token that publishes one package and does nothing else', async () => {
    const holder = await job()
    const other = await holder.puts('@acme.test/other', await bodyOf({ name: '@acme.test/other', version: '1.0.0' }))
    expect(other.status).toBe(403)
    expect((await asks(holder, 'GET', '/-/npm/v1/tokens')).body).toMatchObject({
      objects: [{ name: 'trusted publisher', scopes: [{ type: 'package', name }] }],
    })
  })

  it('that npm publishes for is staged, and says so; somebody approves it', async () => {
    const holder = await job()
    const answer = await holder.puts(name, await bodyOf({ name, version: '1.0.0' }))
    expect(answer.status).toBe(202)
    expect(answer.headers.get('npm-notice')).toContain('STAGED and not published')
    expect(await isInstallable('1.0.0')).toBe(false)
    const id = String((answer.body as Record<string, unknown>)['stageId'])
    expect((await asks(bob, 'GET', `/-/stage/${id}`)).body).toMatchObject({
      actor: 'octo/app',
      actorType: 'trusted publisher',
    })
    expect(await writes(bob, 'POST', `/-/stage/${id}/approve`)).toMatchObject({ status: 201 })
    expect(await isInstallable('1.0.0')).toBe(true)
    expect(await asks(holder, 'PUT', '/-/package/@acme.test%2fapp/dist-tags/beta', '1.0.0')).toMatchObject({
      status: 403,
      body: { code: 'TokenStageOnly' },
    })
  })

  it('publishes at once with an ID token for exactly these bytes', async () => {
    const packed = await packs({ name, version: '1.1.0' })
    const bound = boundAudience(scene.url, packed.integrity)
    const done = await publishes(await job(), packed, await github.github(bound))
    expect(done).toMatchObject({ status: 201, body: { success: true } })
    expect(await isInstallable('1.1.0')).toBe(true)
    const packument = (await asks(alice, 'GET', `/${name}`)).body
    expect(packument).toMatchObject({ 'dist-tags': { latest: '1.1.0' } })
    // The next page says whose the last version was.
    const asked = await alice.puts(name, await bodyOf({ name, version: '1.1.1' }))
    expect(await alice.browser.reads(asked.body.authUrl ?? '')).toContain('CI of octo/app')
  })

  it('of GitLab publishes likewise, by the numbers of project and namespace', async () => {
    await trusts(scene, {
      ...{ id: 'gitlab-job', issuer: gitlab.issuer, packages: [name], repositoryId: '22', ownerId: '72' },
      workflow: '.gitlab-ci.yml',
    })
    const packed = await packs({ name, version: '1.2.0' })
    const bound = boundAudience(scene.url, packed.integrity)
    const holder = await job(await gitlab.gitlab(plain()))
    expect(await publishes(holder, packed, await gitlab.gitlab(bound))).toMatchObject({ status: 201 })
  })
})

describe('a job that is not', () => {
  it.each([
    ['of another repository', { repository_id: '75' }, 'repository id is 75'],
    ['of another workflow', { workflow_ref: 'octo/app/.github/workflows/test.yml@refs/tags/v1.0.0' }, 'workflow is'],
    ['of a workflow elsewhere', { workflow_ref: 'evil/app/.github/workflows/release.yml@refs/tags/v1' }, 'workflow is'],
    ['for another ref', { ref: 'refs/heads/main' }, 'ref is refs/heads/main'],
    ['for a pull request’s ref', { ref: 'refs/pull/7/merge' }, 'ref is refs/pull/7/merge'],
    ['of pull_request_target', { event_name: 'pull_request_target' }, 'pull_request_target are never trusted'],
  ])('%s gets nothing', async (_what, claims, reason) => {
    const refused = await exchanges(await github.github(plain(), claims))
    expect(refused).toMatchObject({ status: 403, body: { code: 'NotTrusted', error: expect.stringContaining(reason) } })
  })

  it.each([
    ['is for somebody else', async () => github.github('npm:registry.npmjs.org'), 'another audience'],
    ['has expired', async () => github.github(plain(), { exp: Math.floor(Date.now() / 1000) - 60 }), 'expired'],
    [
      'is from the future',
      async () => github.github(plain(), { nbf: Math.floor(Date.now() / 1000) + 600 }),
      'not valid',
    ],
    [
      'was made in the future',
      async () => github.github(plain(), { iat: Math.floor(Date.now() / 1000) + 60 }),
      'future',
    ],
    ['is not numbered', async () => github.github(plain(), { jti: undefined }), 'no jti'],
    ['has an empty number', async () => github.github(plain(), { jti: '' }), 'no jti'],
    ['has a number as long as a book', async () => github.github(plain(), { jti: 'x'.repeat(257) }), 'too long'],
    [
      'another key signed',
      async () => {
        const { privateKey } = await generateKeyPair('RS256')
        return github.signs({ aud: plain(), repository_id: '74' }, privateKey)
      },
      'does not verify',
    ],
    ['is of an issuer nobody knows', async () => github.github(plain(), { iss: 'https://evil.test' }), 'ci.issuers'],
  ])('known by a token that %s gets nothing', async (_what, token, reason) => {
    const refused = await exchanges(await token())
    expect(refused).toMatchObject({
      status: 401,
      body: { code: 'JobTokenRefused', error: expect.stringContaining(reason) },
    })
  })

  it('of the name, and another owner, does not even learn why', async () => {
    const refused = await exchanges(await github.github(plain(), { repository_owner_id: '66' }))
    const ofNothing = await exchanges(await github.github(plain()), '@acme.test/nothing')
    const { error, ...rest } = refused.body
    expect(rest).toMatchObject({ code: 'NotTrusted' })
    expect(error).toBe(String(ofNothing.body['error']).replaceAll('@acme.test/nothing', name))
  })

  it('brings its ID token twice gets nothing the second time', async () => {
    const token = await github.github(plain())
    expect((await exchanges(token)).status).toBe(201)
    expect(await exchanges(token)).toMatchObject({ body: { code: 'ReplayedToken' } })
  })

  it('asks for a package of nobody, or of others, learns nothing of it', async () => {
    for (const other of ['@acme.test/other', '@nobody.test/thing', 'left-pad']) {
      expect(await exchanges(await github.github(plain()), other)).toMatchObject({
        status: 403,
        body: { code: 'NotTrusted' },
      })
    }
  })
})

describe('publishing at once', () => {
  const refusal = async (packed: Packed, idToken: string) => {
    const { status, body } = await publishes(await job(), packed, idToken)
    return { status, code: body['code'] }
  }

  it.each([
    ['for this registry alone', () => plain()],
    ['for other bytes', () => boundAudience(scene.url, `sha512-${'A'.repeat(86)}==`)],
    ['for these bytes elsewhere', (integrity: string) => boundAudience('https://other.test', integrity)],
    ['for these bytes and others', (integrity: string) => [boundAudience(scene.url, integrity), 'sigstore'] as never],
  ])('is refused with an ID token %s', async (_what, audienceOf) => {
    const packed = await packs({ name, version: '2.0.0' })
    const idToken = await github.github(audienceOf(packed.integrity))
    expect(await refusal(packed, idToken)).toEqual({ status: 401, code: 'JobTokenRefused' })
    expect(await isInstallable('2.0.0')).toBe(false)
  })

  it('is refused with the ID token of another job, and with one that was used', async () => {
    const packed = await packs({ name, version: '2.1.0' })
    const bound = boundAudience(scene.url, packed.integrity)
    const other = await github.github(bound, { repository_id: '75' })
    expect(await refusal(packed, other)).toEqual({ status: 403, code: 'NotTrusted' })
    const used = await github.github(bound)
    expect(await refusal(packed, used)).toEqual({ status: 201, code: undefined })
    const again = await packs({ name, version: '2.1.1' })
    expect(await refusal(again, used)).toEqual({ status: 401, code: 'JobTokenRefused' })
  })

  it('takes both PDSes: each refuses by itself what a broken gateway brings', async () => {
    const { body, integrity, tarball } = await packs({ name, version: '2.2.0' })
    // Staged, so that the bytes are parked.
    expect((await (await job()).puts(name, body)).status).toBe(202)
    const bound = boundAudience(scene.url, integrity)
    const operation = await composes(tarball)
    const people = await scene.calls('people', 'gateway')
    const attests = (idToken: string) => people.call(app.npm.operation.attestFromCi, { input: { operation, idToken } })
    const refused = (code: string) => expect.objectContaining({ code })
    await expect(attests(await github.github(plain()))).rejects.toEqual(refused('JobTokenRefused'))
    await expect(attests(await github.github(bound, { ref: 'refs/heads/main' }))).rejects.toEqual(refused('NotTrusted'))
    const good = await github.github(bound)
    const { token } = await attests(good)
    await expect(attests(good)).rejects.toEqual(refused('ReplayedToken'))

    const submits = async (idToken: string, word = token) => {
      const answer = await fetch(`${scene.parts.net.network.peers.org.url}/xrpc/${publishFromCi.procedure}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${word}`,
          'atoll-operation': Buffer.from(operation).toString('base64url'),
          'atoll-id-token': idToken,
          'content-type': 'application/octet-stream',
        },
        body: new Uint8Array(tarball),
      })
      return ((await answer.json()) as { error?: string }).error
    }
    expect(await submits(await github.github(plain()))).toBe('JobTokenRefused')
    expect(await submits(good)).toBe('ReplayedToken')
    const { token: another } = await attests(await github.github(bound))
    expect(await submits(await github.github(bound, { repository_owner_id: '66' }), another)).toBe('NotTrusted')
    const { token: last } = await attests(await github.github(bound))
    expect(await submits(good, last)).toBeUndefined()
    await expect.poll(() => isInstallable('2.2.0'), { timeout: 10_000 }).toBe(true)
  })

  it('is attested for no operation that is over, and for no publisher of another organisation, or that its own made up', async () => {
    const { body, integrity, tarball } = await packs({ name, version: '2.3.0' })
    expect((await (await job()).puts(name, body)).status).toBe(202)
    const people = await scene.calls('people', 'gateway')
    const attests = async (changes: Parameters<typeof composes>[1]) => {
      const idToken = await github.github(boundAudience(scene.url, integrity))
      const operation = await composes(tarball, changes)
      return people.call(app.npm.operation.attestFromCi, { input: { operation, idToken } })
    }
    const over = Math.floor(Date.now() / 1000) - 1
    await expect(attests({ expiry: over })).rejects.toMatchObject({
      code: 'InvalidOperation',
      message: expect.stringContaining('expired'),
    })
    const publisherOf = (org: string, id: string) => `at://${org}/${app.npm.org.trustedPublisher.$nsid}/${id}`
    await expect(attests({ publisher: publisherOf(`did:plc:${'a'.repeat(24)}`, 'github-job') })).rejects.toMatchObject({
      code: 'NotTrusted',
      message: expect.stringContaining('it is of another organisation'),
    })
    const { id: _, ...trusted } = githubJob(github, [name])
    const collection = app.npm.org.trustedPublisher.$nsid
    const record = { $type: collection, ...trusted, createdAt: new Date().toISOString() }
    const write = { action: 'create' as const, collection, rkey: 'made-up', record }
    await scene.orgHost.write(scene.acme, [write], { by: 'a burglar', procedure: 'none' })
    await expect(attests({ publisher: publisherOf(scene.acme, 'made-up') })).rejects.toMatchObject({
      code: 'NotTrusted',
      message: expect.stringContaining('nobody approved it'),
    })
  })

  it('takes the org PDS every rule of a publish, whatever a broken people PDS attests and signs', async () => {
    const first = await packs({ name, version: '2.4.0' })
    const operation = await composes(first.tarball)
    expect((await (await job()).puts(name, first.body)).status).toBe(202)
    const idToken = await github.github(boundAudience(scene.url, first.integrity))
    const people = await scene.calls('people', 'gateway')
    const { did } = await people.call(app.npm.operation.attestFromCi, { input: { operation, idToken } })
    /** As the trusted publisher's account. @returns the error, or nothing */
    const submits = async (tarball: Buffer, changes: Parameters<typeof composes>[1] = {}, attested = true) => {
      const bytes = await composes(tarball, changes)
      const parsed = parseOperation(bytes)
      const { org, input } = parsed
      const read = publishFromCi.parseInput(input)
      const inspected = await inspectTarball(tarball)
      const write = publishFromCi.recordOf(org, read, inspected)
      const witnesses = buildWitnesses({ operation: parsed, write, method: 'ci', createdAt: read.createdAt })
      const { host } = scene.parts.people
      const writes = witnesses.map((witness) => ({ action: 'put' as const, ...witness }))
      if (attested) await host.write(did, writes, { by: did, procedure: publishFromCi.procedure })
      const { peers } = scene.parts.net.network
      const said = { issuer: did, audience: peers.org.did, method: publishFromCi.procedure, op: operationHash(bytes) }
      const answer = await fetch(`${peers.org.url}/xrpc/${publishFromCi.procedure}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await signServiceToken(await host.signerFor(did), said)}`,
          'atoll-operation': Buffer.from(bytes).toString('base64url'),
          'atoll-id-token': await github.github(boundAudience(scene.url, inspected.integrity)),
          'content-type': 'application/octet-stream',
        },
        body: new Uint8Array(tarball),
      })
      return ((await answer.json()) as { error?: string }).error
    }
    expect(await submits(first.tarball, {}, false)).toBe('NotAttested')
    expect(await submits(first.tarball, { expiry: Math.floor(Date.now() / 1000) - 1 })).toBe('InvalidOperation')
    const other = await scene.creates('elsewhere.test', alice)
    const theirs = await alice.operates({
      ...{ org: other, procedure: app.npm.operation.putTrustedPublisher.$nsid },
      input: githubJob(github, ['*']),
    })
    expect(theirs.status).toBe(200)
    const publisher = `at://${other}/${app.npm.org.trustedPublisher.$nsid}/github-job`
    expect(await submits(first.tarball, { publisher })).toBe('NotTrusted')
    expect(await submits(first.tarball)).toBeUndefined()
    const changed = await packs({ name, version: '2.4.0', files: { 'index.js': 'other()' } })
    expect(await submits(changed.tarball)).toBe('VersionExists')
    await trusts(scene, githubJob(github, ['*'], { id: 'all' }))
    const foreign = await packs({ name: '@foreign.test/app', version: '1.0.0' })
    const all = `at://${scene.acme}/${app.npm.org.trustedPublisher.$nsid}/all`
    expect(await submits(foreign.tarball, { publisher: all })).toBe('NotPrivate')
  })

  /** The operation a gateway would make. */
  async function composes(
    tarball: Buffer,
    { expiry = Math.floor(Date.now() / 1000) + 300, ...changes }: { expiry?: number; publisher?: string } = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const inspected = await inspectTarball(tarball)
    const { integrity, shasum, size, packageJson } = inspected
    const publisher = `at://${scene.acme}/${app.npm.org.trustedPublisher.$nsid}/github-job`
    const { name: packed, version } = packageJson
    const said = { name: packed, version, integrity, shasum, size, tag: 'latest', publisher }
    const { bytes } = composeOperation({
      org: scene.acme,
      procedure: publishFromCi.procedure,
      input: { ...said, ...changes, createdAt: new Date().toISOString() },
      tarball: inspected,
      expiry,
    })
    return bytes as Uint8Array<ArrayBuffer>
  }
})
