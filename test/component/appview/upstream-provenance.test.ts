import { createHash } from 'node:crypto'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { provenanceOf } from '#appview/provenance/provenance-of.ts'
import { type AppViewTables, openAppViewDatabase } from '#appview/schema/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { app } from '#lexicons'
import { type Build, claimsOf, releaseOnGithub, SigstoreInstance, slsa1 } from '#test/support/sigstore/index.ts'
import { AppViewScene } from './appview-scene.ts'

const waitMs = { timeout: 15_000, interval: 50 }
const repository = { type: 'git', url: 'git+https://github.com/acme/hello.git' }

let sigstore: SigstoreInstance
let scene: AppViewScene
let database: OpenDatabase<AppViewTables>

beforeAll(async () => {
  sigstore = await SigstoreInstance.start()
  scene = await AppViewScene.opens({
    provenance: { publicGood: true, trustRoots: [sigstore.trustedRoot] },
    policy: policySchema.parse({ upstream: { requireProvenance: ['strict-*'] } }),
  })
  await scene.starts()
  database = await openAppViewDatabase(scene.parts.config.database)
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
  await sigstore[Symbol.asyncDispose]()
})

const pathOf = (name: string, version: string) => `/-/npm/v1/attestations/${name}@${version}`

/** Upstream has a package whose version says that it has attestations; npm's own comes first, as it does there. */
async function upstreamHas(
  name: string,
  { build = releaseOnGithub, about = name }: { build?: Build; about?: string } = {},
) {
  const version = '1.0.0'
  const dist = { attestations: { url: `https://registry.test${pathOf(name, version)}` } }
  const { registry } = scene.parts
  const tarball = registry.has(name, version, { dist })
  const document = registry.answers.get(`/${name}`)
  registry.answers.set(`/${name}`, { body: JSON.stringify({ ...JSON.parse(String(document?.body)), repository }) })
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  const bundle = await sigstore.sign(slsa1({ name: about, version, integrity }, build), claimsOf(build))
  const predicateType = 'https://slsa.dev/provenance/v1'
  const own = { predicateType: 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1', bundle: {} }
  const attestations = [own, { predicateType, bundle: JSON.parse(bundle.toString('utf8')) }]
  scene.parts.registry.answers.set(pathOf(name, version), { body: JSON.stringify({ attestations }) })
}

async function downloads(name: string): Promise<void> {
  const packument = { name, viewer: scene.parts.alice.did, form: 'full' }
  // Nothing goes upstream before the registry's repository was read once.
  await vi.waitFor(
    async () => (await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, packument)).arrayBuffer(),
    waitMs,
  )
  const params = { name, file: `${name}-1.0.0.tgz` }
  await (await scene.parts.gateway.fetch(app.npm.registry.getUpstreamTarball.$nsid, params)).arrayBuffer()
}

const factOf = async (name: string) =>
  (await provenanceOf(database.db, { source: 'upstream', registry: 'default', name }, ['1.0.0'])).get('1.0.0')

it('is read when somebody first asks for a version, and judged as our own is', async () => {
  await upstreamHas('built')
  expect(await factOf('built')).toBeUndefined()
  await downloads('built')
  await vi.waitFor(
    async () => expect(await factOf('built')).toMatchObject({ state: 'verified', byDeclaredSource: true }),
    waitMs,
  )
  const asked = () => scene.parts.registry.paths.filter((path) => path === pathOf('built', '1.0.0')).length
  await downloads('built')
  expect(asked()).toBe(1)
})

it('is invalid when it is about something else', async () => {
  await upstreamHas('lying', { about: 'other' })
  await downloads('lying')
  await vi.waitFor(async () => expect(await factOf('lying')).toMatchObject({ state: 'invalid' }), waitMs)
})

it('is not of the declared source when it is from another repository than package.json names', async () => {
  await upstreamHas('moved', { build: { ...releaseOnGithub, repository: 'https://github.com/mallory/hello' } })
  await downloads('moved')
  await vi.waitFor(
    async () => expect(await factOf('moved')).toMatchObject({ state: 'verified', byDeclaredSource: false }),
    waitMs,
  )
})

it('is passed on to clients as it came, and of a version without there is none', async () => {
  await upstreamHas('passed')
  await downloads('passed')
  const params = { name: 'passed', version: '1.0.0' }
  const answer = await scene.parts.gateway.fetch(app.npm.registry.getUpstreamAttestations.$nsid, params)
  expect(((await answer.json()) as { attestations: object[] }).attestations).toHaveLength(2)
  scene.parts.registry.has('plain', '1.0.0')
  await downloads('plain')
  const none = scene.parts.gateway.fetch(app.npm.registry.getUpstreamAttestations.$nsid, {
    name: 'plain',
    version: '1.0.0',
  })
  await expect(none).rejects.toMatchObject({ code: 'NotFound' })
  expect(scene.parts.registry.paths).not.toContain(pathOf('plain', '1.0.0'))
})

it('is read of a version that policy holds for want of it, when somebody asks for that by number, and lets it in', async () => {
  await upstreamHas('strict-number')
  const params = { name: 'strict-number', version: '1.0.0' }
  const verdict = async () => (await scene.parts.gateway.call(app.npm.registry.getUpstreamVersion, { params })).verdict
  expect(await verdict()).toMatchObject({ kind: 'hold', check: 'require-provenance' })
  await vi.waitFor(async () => expect(await factOf('strict-number')).toMatchObject({ state: 'verified' }), waitMs)
  await vi.waitFor(async () => expect(await verdict()).toMatchObject({ kind: 'allow' }), waitMs)
})

it('is read of the latest when a package is asked for of which all is held', async () => {
  await upstreamHas('strict-latest')
  const packument = { name: 'strict-latest', viewer: scene.parts.alice.did, form: 'full' }
  const asked = () => scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, packument)
  await expect(asked()).rejects.toMatchObject({ code: 'VersionHeld' })
  await vi.waitFor(async () => expect(await factOf('strict-latest')).toMatchObject({ state: 'verified' }), waitMs)
  await vi.waitFor(async () => expect((await asked()).status).toBe(200), waitMs)
})

it('is read of a version that somebody wants to know everything about', async () => {
  const viewer = scene.parts.alice.did as DidString
  for (const [name, lexicon] of [
    ['told', app.npm.registry.getTrust],
    ['tested', app.npm.registry.testPolicy],
  ] as const) {
    await upstreamHas(name)
    await scene.parts.gateway.fetch(lexicon.$nsid, { viewer, name, version: '1.0.0' })
    await vi.waitFor(
      async () => expect([name, await factOf(name)]).toMatchObject([name, { state: 'verified' }]),
      waitMs,
    )
  }
})
