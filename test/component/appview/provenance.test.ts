import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { provenanceOf } from '#appview/provenance/provenance-of.ts'
import { rebuildIndex } from '#appview/rebuild/rebuild-index.ts'
import { type AppViewTables, openAppViewDatabase } from '#appview/schema/index.ts'
import type { OpenDatabase } from '#common/db/index.ts'
import { describeBundle } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { type Build, claimsOf, releaseOnGithub, SigstoreInstance, slsa1 } from '#test/support/sigstore/index.ts'
import { AppViewScene } from './appview-scene.ts'
import { alone, attests, type Draft, declaresSource, drafts, permits, purges } from './deeds.ts'

const waitMs = { timeout: 15_000, interval: 50 }
const name = '@acme.test/hello'

let sigstore: SigstoreInstance
let scene: AppViewScene
let acme: RepoAuthor
let alice: RepoAuthor
let bob: RepoAuthor
let database: OpenDatabase<AppViewTables>
let patch = 0

beforeAll(async () => {
  sigstore = await SigstoreInstance.start()
  scene = await AppViewScene.opens({ provenance: { publicGood: true, trustRoots: [sigstore.trustedRoot] } })
  ;({ acme, alice, bob } = scene.parts)
  const rules = [alice, bob].map(({ did }) =>
    permits(acme, `publish-${did.slice(-8)}`, { subject: did, action: 'publish' }),
  )
  const reads = permits(acme, 'read', { subject: alice.did, action: 'read' })
  await alice.writes([...rules, reads].map((rule) => rule.approval()))
  await acme.writes([...rules, reads].map(({ write }) => write))
  const first = await drafts(acme, { version: '0.1.0' })
  await alice.writes([attests(acme, first)])
  await acme.writes(first.writes)
  await scene.starts()
  database = await openAppViewDatabase(scene.parts.config.database)
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
  await sigstore[Symbol.asyncDispose]()
})

const bundleFor = (version: string, build: Build) => (integrity: string) =>
  sigstore.sign(slsa1({ name, version, integrity }, build), claimsOf(build))

/** A version with a bundle; the PDS hands it out. @returns its number */
async function publishes(build: Build, forged?: (integrity: string) => Promise<Buffer>): Promise<string> {
  patch += 1
  const version = `1.0.${patch}`
  const draft = await drafts(acme, { version, bundle: forged ?? bundleFor(version, build) })
  serves(draft)
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, alone(draft))
  return version
}

function serves({ bundle }: Draft): void {
  if (bundle !== undefined) scene.parts.org.blobs.set(describeBundle(bundle).cid, bundle)
}

const factOf = async (version: string) =>
  (await provenanceOf(database.db, { source: 'private', org: acme.did, name }, [version])).get(version)

const becomes = (version: string, fact: object | undefined) =>
  vi.waitFor(
    async () => expect(await factOf(version)).toEqual(fact === undefined ? undefined : expect.objectContaining(fact)),
    waitMs,
  )

const { issuer, repository, repositoryId, ownerId } = releaseOnGithub
const declared = {
  issuer,
  repository,
  repositoryId,
  ownerId,
  workflows: ['.github/workflows/release.yml'],
  refs: ['refs/heads/main'],
  environments: ['npm'],
}
const build = { ...releaseOnGithub, environment: 'npm' }

/** Somebody approves where it is built, and the org PDS writes it. */
async function declares(source: typeof declared | undefined, approver = alice): Promise<void> {
  const deed = declaresSource(acme, { source })
  await scene.tells(approver, [deed.approval()])
  await scene.tells(acme, [deed.write])
}

async function manifestOf(version: string): Promise<{ dist: { attestations?: { provenance: object; url: string } } }> {
  const params = { name, viewer: alice.did, form: 'full' }
  const packument = (await (await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)).json()) as {
    versions: Record<string, never>
  }
  return packument.versions[version] ?? ({ dist: {} } as never)
}

describe('the provenance of a version', () => {
  it('is verified by the AppView itself, and shown as npm shows it', async () => {
    const version = await publishes(build)
    await becomes(version, { state: 'verified', repository, byDeclaredSource: false })
    await vi.waitFor(
      async () =>
        expect((await manifestOf(version)).dist.attestations).toEqual({
          url: `http://localhost:4873/-/npm/v1/attestations/${name}@${version}`,
          provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
        }),
      waitMs,
    )
    expect((await manifestOf('0.1.0')).dist).not.toHaveProperty('attestations')
    expect(await factOf('0.1.0')).toBeUndefined()
  })

  it('is invalid when both PDSes took a bundle that is about something else', async () => {
    const lie = bundleFor('9.9.9', build)
    const version = await publishes(build, lie)
    await becomes(version, { state: 'invalid', reason: expect.stringContaining('it is about @acme.test/hello@9.9.9') })
    expect((await manifestOf(version)).dist).not.toHaveProperty('attestations')
  })

  it('is not read yet while the PDS does not hand out its bundle', async () => {
    patch += 1
    const version = `1.0.${patch}`
    const draft = await drafts(acme, { version, bundle: bundleFor(version, build) })
    await scene.tells(alice, [attests(acme, draft)])
    await scene.tells(acme, alone(draft))
    await becomes(version, { state: 'unread' })
    serves(draft)
    await publishes(build)
    await becomes(version, { state: 'verified' })
  })
})

it('is missed in the next version although nobody has read the last one’s yet', async () => {
  const slow = '@acme.test/slow'
  const [first, next] = [
    await drafts(acme, { name: slow, version: '1.0.0', bundle: bundleFor('1.0.0', build) }),
    await drafts(acme, { name: slow, version: '1.0.1' }),
  ]
  await scene.tells(alice, [attests(acme, first), attests(acme, next)])
  await scene.tells(acme, [...first.writes, ...alone(next)])
  const params = { org: acme.did as DidString, name: slow, version: '1.0.1', viewer: alice.did as DidString }
  const verdict = async () =>
    (await scene.parts.gateway.call(app.npm.registry.getVersion, { params }).catch(() => undefined))?.verdict
  await vi.waitFor(async () => expect(await verdict()).toBeDefined(), waitMs)
  expect(await verdict()).toMatchObject({ kind: 'hold', check: 'lost-provenance' })
})

describe('the declared source of a package', () => {
  it('counts with the approval of somebody who manages, and with no other', async () => {
    const version = await publishes({ ...build, repositoryId: '666' })
    await becomes(version, { state: 'verified', byDeclaredSource: false })
    await declares(declared, bob)
    const call = () =>
      scene
        .callsAs('appliance')
        .then((appliance) => appliance.call(app.npm.registry.getSource, { params: { org: acme.did as never, name } }))
    await publishes(build)
    expect(await call()).not.toHaveProperty('source')
    await declares(declared)
    await becomes(version, {
      state: 'mismatch',
      reason: expect.stringContaining('another repository under the same name'),
    })
    expect(await call()).toMatchObject({ name, source: declared, approvedBy: alice.did })
  })

  const cases: [what: string, change: Partial<Build>, fact: object][] = [
    ['passes from there', {}, { state: 'verified', byDeclaredSource: true }],
    [
      'passes when it was renamed',
      { repository: 'https://github.com/acme/renamed' },
      { state: 'verified', byDeclaredSource: true },
    ],
    [
      'is a mismatch from a fork',
      { repository: 'https://github.com/mallory/hello', repositoryId: '13', ownerId: '1' },
      { state: 'mismatch' },
    ],
    ['is a mismatch from another workflow', { workflow: '.github/workflows/x.yml' }, { state: 'mismatch' }],
    ['is a mismatch from another branch', { ref: 'refs/heads/x' }, { state: 'mismatch' }],
    ['is a mismatch from another environment', { environment: 'staging' }, { state: 'mismatch' }],
  ]
  it.each(cases)('%s', async (_what, change, fact) => {
    await becomes(await publishes({ ...build, ...change }), fact)
  })

  it('is judged again when it changes, and when none is declared any more', async () => {
    const version = await publishes({ ...build, ref: 'refs/heads/next' })
    await becomes(version, { state: 'mismatch' })
    await declares({ ...declared, refs: ['refs/heads/next'] })
    await becomes(version, { state: 'verified', byDeclaredSource: true })
    await declares(undefined)
    await becomes(version, { state: 'verified', byDeclaredSource: false })
  })
})

it('goes with a purged version, and is not asked for again; that there was one is still told', async () => {
  const version = await publishes(build)
  await becomes(version, { state: 'verified' })
  const params = { org: acme.did as DidString, name, version, viewer: alice.did as DidString }
  const attestations = () => scene.parts.gateway.call(app.npm.registry.getAttestations, { params })
  await expect(attestations()).resolves.toBeDefined()
  const purge = purges(acme, version)
  await scene.tells(alice, [purge.approval()])
  await scene.tells(acme, [purge.write])
  await vi.waitFor(() => expect(attestations()).rejects.toMatchObject({ code: 'NotFound' }), waitMs)
  // Reading goes on, and reads what came later.
  await becomes(await publishes(build), { state: 'verified' })
  await expect(attestations()).rejects.toMatchObject({ code: 'NotFound' })
  const full = { name, viewer: alice.did, form: 'full' }
  const packument = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, full)
  expect(await packument.json()).toHaveProperty(['time', version])
  const { facts } = await scene.parts.gateway.call(app.npm.registry.getTrust, { params })
  expect(facts.find(({ fact }) => fact === 'provenance')?.says).toContain('was deleted with it')
})

it('is the same in an index that is made anew', async () => {
  const outcome = await rebuildIndex(scene.parts.config, { dryRun: true })
  expect(outcome).toMatchObject({ identical: true })
})
