import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boundAudience } from '#common/ci/index.ts'
import { composeOperation, publishFromCi } from '#common/operations/index.ts'
import { describeBundle } from '#common/provenance/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { CiIssuer } from '#test/support/ci-issuer.ts'
import { type Build, releaseOnGithub, SigstoreInstance } from '#test/support/sigstore/index.ts'
import { bundledBody } from './bundled-body.ts'
import { githubJob, job, publishes, trusts } from './ci-jobs.ts'
import { GatewayScene } from './gateway-scene.ts'
import { asks, writes } from './npm-requests.ts'
import { bodyOf, type Person } from './person.ts'
import { versionRecord } from './version-record.ts'

const name = '@acme.test/app'

let scene: GatewayScene
let github: CiIssuer
let sigstore: SigstoreInstance
/** Has a token of the job's. */
let holder: Person

beforeAll(async () => {
  ;[github, sigstore] = [await CiIssuer.start(), await SigstoreInstance.start()]
  scene = await GatewayScene.opens(
    {},
    {
      ciIssuers: [{ issuer: github.issuer, provider: 'github' }],
      provenance: { trustRoots: [sigstore.trustedRoot] },
    },
  )
  for (const action of ['read', 'approve']) await scene.permits(await scene.bob.did(), action)
  await trusts(scene, githubJob(github, [name]))
  holder = await job(scene, name, github)
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  for (const started of [github, sigstore]) await started?.[Symbol.asyncDispose]()
})

/** The trusted publisher's job, as its certificate says. */
const build = (changes: Partial<Build> = {}): Build => ({
  ...releaseOnGithub,
  issuer: github.issuer,
  repository: 'https://github.com/octo/app',
  repositoryId: '74',
  ownerId: '65',
  ref: 'refs/tags/v1.0.0',
  ...changes,
})

const bundled = (version: string, changes: Partial<Build> = {}) =>
  bundledBody({ name, version }, { sigstore, build: build(changes) })

const isInstallable = async (version: string) => (await scene.alice.asks(`/${name}/${version}`)).status === 200

async function hasBundle(version: string): Promise<boolean> {
  return (await versionRecord(scene, name, version)).provenance !== undefined
}

describe('npm publish from CI with provenance', () => {
  it('publishes at once: the bundle is of the very job that is trusted, and names these bytes', async () => {
    expect(await holder.puts(name, await bundled('1.0.0'))).toMatchObject({ status: 201 })
    // The AppView has still to fetch the bundle: until then nobody can say that it is good.
    await expect.poll(() => isInstallable('1.0.0'), { timeout: 15_000 }).toBe(true)
    expect(await hasBundle('1.0.0')).toBe(true)
  })

  it.each<[string, string, Partial<Build>]>([
    ['of another repository', '2.0.0', { repositoryId: '75' }],
    ['of the repository of another owner', '2.0.1', { ownerId: '66' }],
    ['of another workflow', '2.0.2', { workflow: '.github/workflows/test.yml' }],
    ['for another ref', '2.0.3', { ref: 'refs/heads/main' }],
    ['of pull_request_target', '2.0.4', { trigger: 'pull_request_target' }],
    ['of another issuer', '2.0.5', { issuer: 'https://token.actions.githubusercontent.com' }],
  ])('is staged when the bundle is of a build %s', async (_what, version, changes) => {
    expect(await holder.puts(name, await bundled(version, changes))).toMatchObject({ status: 202 })
    expect(await isInstallable(version)).toBe(false)
  })

  it('is refused when the bundle is of other bytes', async () => {
    const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
    const body = await bundledBody({ name, version: '2.1.0' }, { sigstore, build: build(), about: { integrity } })
    expect(await holder.puts(name, body)).toMatchObject({ status: 400, body: { code: 'InvalidProvenance' } })
  })

  it('keeps the bundle of what was staged when somebody approves it', async () => {
    const answer = await holder.puts(name, await bundled('2.2.0', { ref: 'refs/heads/main' }))
    const { stageId } = answer.body as unknown as { stageId: string }
    expect((await asks(scene.bob, 'GET', `/-/stage/${stageId}`)).body).toMatchObject({ provenance: true })
    expect(await writes(scene.bob, 'POST', `/-/stage/${stageId}/approve`)).toMatchObject({ status: 201 })
    expect(await hasBundle('2.2.0')).toBe(true)
  })

  it('keeps it beside an ID token that names the bytes, whatever build it is of', async () => {
    const body = await bundled('2.3.0', { ref: 'refs/heads/main' })
    const { integrity } = await inspectTarball(attachedTo(body).tarball)
    const idToken = await github.github(boundAudience(scene.url, integrity))
    expect(await publishes(holder, { name, body }, idToken)).toMatchObject({ status: 201 })
    expect(await hasBundle('2.3.0')).toBe(true)
  })
})

describe('a broken gateway', () => {
  it('has neither PDS publish by a bundle of another build, by none, or when the job may only stage', async () => {
    const other = await composes('3.0.0', await bundled('3.0.0', { repositoryId: '75' }))
    const none = await composes('3.0.1', await bodyOf({ name, version: '3.0.1' }))
    const good = await composes('3.0.2', await bundled('3.0.2'))
    await expect(attests(other)).rejects.toMatchObject({ code: 'NotTrusted' })
    await expect(attests(none)).rejects.toMatchObject({ code: 'JobTokenRefused' })
    // Attested by ID tokens that are good: the org PDS does not take the people PDS's word for it.
    expect(await submits(other, await attests(other, await bound(other)))).toBe('NotTrusted')
    expect(await submits(none, await attests(none, await bound(none)))).toBe('JobTokenRefused')
    const word = await attests(good)
    await trusts(scene, githubJob(github, [name], { stageOnly: true }))
    expect(await submits(good, word)).toBe('NotTrusted')
    await expect(attests(good)).rejects.toMatchObject({ code: 'NotTrusted' })
    for (const version of ['3.0.0', '3.0.1', '3.0.2']) expect(await isInstallable(version)).toBe(false)
    await trusts(scene, githubJob(github, [name]))
    expect(await submits(good, await attests(good))).toBeUndefined()
    await expect.poll(() => isInstallable('3.0.2'), { timeout: 10_000 }).toBe(true)
  })

  interface Composed {
    operation: Uint8Array<ArrayBuffer>
    integrity: string
    /** Tarball and bundle. */
    sent: Buffer
  }

  /** The operation it would make of what a job sends; the job stages it, so that the bytes are parked. */
  async function composes(version: string, body: Record<string, unknown>): Promise<Composed> {
    expect((await asks(holder, 'POST', `/-/stage/package/${name.replace('/', '%2f')}`, body)).status).toBe(201)
    const { tarball, bundle } = attachedTo(body)
    const inspected = await inspectTarball(tarball)
    const { integrity, shasum, size } = inspected
    const publisher = `at://${scene.acme}/${app.npm.org.trustedPublisher.$nsid}/github-job`
    const said = { name, version, integrity, shasum, size, tag: 'latest', publisher }
    const { bytes } = composeOperation({
      org: scene.acme,
      procedure: publishFromCi.procedure,
      input: { ...said, provenance: bundle && describeBundle(bundle), createdAt: new Date().toISOString() },
      tarball: inspected,
      expiry: Math.floor(Date.now() / 1000) + 300,
    })
    const sent = Buffer.concat(bundle === undefined ? [tarball] : [tarball, bundle])
    return { operation: bytes as Uint8Array<ArrayBuffer>, integrity, sent }
  }

  const bound = ({ integrity }: Composed) => github.github(boundAudience(scene.url, integrity))

  async function attests({ operation }: Composed, idToken?: string): Promise<string> {
    const people = await scene.calls('people', 'gateway')
    const input = { operation, ...(idToken === undefined ? {} : { idToken }) }
    return (await people.call(app.npm.operation.attestFromCi, { input })).token
  }

  /** @returns the code it is refused with */
  async function submits({ operation, sent }: Composed, word: string): Promise<string | undefined> {
    const { org } = scene.parts.net.network.peers
    const answer = await fetch(`${org.url}/xrpc/${publishFromCi.procedure}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${word}`,
        'atoll-operation': Buffer.from(operation).toString('base64url'),
        'content-type': 'application/octet-stream',
      },
      body: new Uint8Array(sent),
    })
    return ((await answer.json()) as { error?: string }).error
  }
})

function attachedTo(body: Record<string, unknown>): { tarball: Buffer; bundle: Buffer | undefined } {
  const attached = Object.entries(body['_attachments'] as Record<string, { data: string }>)
  const dataOf = (suffix: string) => attached.find(([file]) => file.endsWith(suffix))?.[1].data
  const bundle = dataOf('.sigstore')
  return {
    tarball: Buffer.from(dataOf('.tgz') ?? '', 'base64'),
    bundle: bundle === undefined ? undefined : Buffer.from(bundle),
  }
}
