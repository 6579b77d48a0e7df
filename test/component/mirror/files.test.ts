import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { versionKey } from '#common/names/index.ts'
import { policySchema } from '#common/policy/index.ts'
import { app } from '#lexicons'
import {
  alone,
  type Draft,
  declaresSource,
  drafts,
  permits,
  purgesUpstream,
  tagsVersion,
} from '#test/component/appview/deeds.ts'
import type { RepoAuthor } from '#test/support/repo-author.ts'
import { type Build, claimsOf, releaseOnGithub, SigstoreInstance, slsa1 } from '#test/support/sigstore/index.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 30_000, interval: 100 }
const name = '@lib.test/colors'
const { issuer, repository, repositoryId, ownerId } = releaseOnGithub
const declared = { issuer, repository, repositoryId, ownerId }

let sigstore: SigstoreInstance
let scene: PublicScene
let lib: RepoAuthor
let patch = 0

beforeAll(async () => {
  sigstore = await SigstoreInstance.start()
  scene = await PublicScene.opens({
    provenance: { publicGood: true, trustRoots: [sigstore.trustedRoot] },
    policy: policySchema.parse({ public: { requireProvenance: ['@strict.test/*'], ciOnly: ['@strict.test/*'] } }),
  })
  lib = await scene.joins('lib.test')
  await scene.starts()
})
afterAll(async () => {
  await scene?.[Symbol.asyncDispose]()
  await sigstore?.[Symbol.asyncDispose]()
})

interface Deed {
  author?: RepoAuthor
  of?: string
  build?: Build | undefined
  /** What the bundle is about, when that is not the version. */
  about?: string
  readme?: string
  /** The PDS does not hand it out. */
  withheld?: boolean
}

async function publishes({ author = lib, of = name, build, about, readme, withheld = false }: Deed): Promise<Draft> {
  patch += 1
  const version = `1.0.${patch}`
  const draft = await drafts(author, {
    ...{ name: of, version },
    ...(readme === undefined ? {} : { files: { 'README.md': readme } }),
    ...(build === undefined ? {} : { bundle: bundleOf(of, about ?? version, build) }),
  })
  scene.holds(draft)
  if (!withheld) hands(draft, readme)
  const isFirst = !published.has(of)
  published.add(of)
  await scene.tells(author, isFirst ? draft.writes : alone(draft))
  return draft
}
const published = new Set<string>()

const bundleOf = (of: string, version: string, build: Build) => (integrity: string) =>
  sigstore.sign(slsa1({ name: of, version, integrity }, build), claimsOf(build))

/** The PDS has what the record names. */
function hands({ record, bundle }: Draft, readme?: string): void {
  const { blobs } = scene.outside.host
  const named = record.record as Record<'provenance' | 'readme', { ref: object } | undefined>
  if (bundle !== undefined) blobs.set(String(named.provenance?.ref), bundle)
  if (readme !== undefined) blobs.set(String(named.readme?.ref), Buffer.from(readme))
}

async function verdictOf(version: string, of: string) {
  const { gateway } = scene.inside.parts
  return (await gateway.call(app.npm.registry.getUpstreamVersion, { params: { name: of, version } })).verdict
}
const becomes = ({ version }: Draft, expected: object, of = name) =>
  vi.waitFor(async () => expect(await verdictOf(version, of)).toMatchObject(expected), waitMs)

async function packument(of = name): Promise<{ readme?: string; versions: Record<string, { dist: object }> }> {
  const { gateway, alice } = scene.inside.parts
  const params = { name: of, viewer: alice.did, form: 'full' }
  return (await gateway.fetch(app.npm.registry.getPackument.$nsid, params)).json() as never
}

async function told(version: string, fact: string): Promise<string | undefined> {
  const params = { name, version, viewer: scene.inside.parts.alice.did as DidString }
  const { facts } = await scene.inside.parts.gateway.call(app.npm.registry.getTrust, { params })
  return facts.find((one) => one.fact === fact)?.says
}

/** More often than before. */
async function isTried(table: string, where: string, value: string): Promise<void> {
  const failures = async () => {
    const { rows } = await scene.sql(`SELECT failures FROM ${table} WHERE ${where}`, [value])
    return (rows[0] as { failures: number } | undefined)?.failures ?? 0
  }
  const before = await failures()
  scene.passes(2)
  await vi.waitFor(async () => expect(await failures()).toBeGreaterThan(before), waitMs)
}

const old = { kind: 'hold', check: 'minimum-age' }

describe('the provenance that a public version record names', () => {
  it('is read from the PDS, verified, told, and handed on', async () => {
    const draft = await publishes({ build: releaseOnGithub })
    await becomes(draft, old)
    scene.passes(25)
    await becomes(draft, { kind: 'allow' })
    expect(await told(draft.version, 'provenance')).toContain(`It was built from ${repository}`)
    const { dist } = (await packument()).versions[draft.version] ?? { dist: {} }
    expect(dist).toMatchObject({
      attestations: {
        url: `http://localhost:4873/-/npm/v1/attestations/${name.replace('/', '%2f')}@${draft.version}`,
        provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
      },
    })
    const { gateway } = scene.inside.parts
    const asked = { name, version: draft.version }
    const answer = await gateway.fetch(app.npm.registry.getUpstreamAttestations.$nsid, asked)
    expect(await answer.json()).toEqual({
      attestations: [
        { predicateType: 'https://slsa.dev/provenance/v1', bundle: JSON.parse(String(draft.bundle)) as unknown },
      ],
    })
  })

  it('holds the version until it is read', async () => {
    const draft = await publishes({ build: releaseOnGithub, withheld: true })
    await becomes(draft, { kind: 'hold', check: 'provenance' })
    hands(draft)
    scene.passes(2)
    await becomes(draft, old)
  })

  it('is what the next version loses, also while a PDS keeps it back', async () => {
    const of = '@fresh.test/new'
    const author = await scene.joins('fresh.test')
    await becomes(await publishes({ author, of, build: releaseOnGithub, withheld: true }), { check: 'provenance' }, of)
    await becomes(await publishes({ author, of }), { kind: 'hold', check: 'lost-provenance' }, of)
  })

  it('blocks the version when it is about another one, and is handed on to nobody', async () => {
    const draft = await publishes({ build: releaseOnGithub, about: '9.9.9' })
    await becomes(draft, { kind: 'block', check: 'provenance', reason: expect.stringContaining('does not verify') })
    const asked = { name, version: draft.version }
    const { gateway } = scene.inside.parts
    await expect(gateway.fetch(app.npm.registry.getUpstreamAttestations.$nsid, asked)).rejects.toMatchObject({
      code: 'NotFound',
    })
  })

  it('is not what the PDS hands out under another CID', async () => {
    const draft = await publishes({ build: releaseOnGithub, withheld: true })
    const other = await drafts(lib, { name, version: '8.8.8', bundle: bundleOf(name, draft.version, releaseOnGithub) })
    const { provenance } = draft.record.record as { provenance: { ref: object } }
    scene.outside.host.blobs.set(String(provenance.ref), other.bundle ?? Buffer.alloc(0))
    await isTried('mirror_bundle', 'rkey = $1', versionKey(name, draft.version))
    expect(await verdictOf(draft.version, name)).toMatchObject({ kind: 'hold', check: 'provenance' })
  })

  it('is held to the source that the account declares, whenever it declares one', async () => {
    const draft = await publishes({ build: releaseOnGithub })
    await becomes(draft, old)
    await scene.tells(lib, [declaresSource(lib, { name, source: { ...declared, repositoryId: '666' } }).write])
    await becomes(draft, { kind: 'block', check: 'provenance', reason: expect.stringContaining('declared source') })
    // A pattern that would take a backtracking matcher for ever.
    const refs = ['refs/heads/**a**a**a**a**a**a**a**a**a**b', 'refs/heads/main']
    await scene.tells(lib, [declaresSource(lib, { name, source: { ...declared, refs } }).write])
    await becomes(draft, old)
    expect(await told(draft.version, 'provenance')).toContain('the source its package declares')
  })
})

describe('the files of a version that is purged', () => {
  it('are forgotten, and not read again', async () => {
    const { acme, alice } = scene.inside.parts
    const draft = await publishes({ build: releaseOnGithub })
    await becomes(draft, old)
    const rows = async () =>
      (await scene.sql('SELECT cid FROM mirror_bundle WHERE rkey = $1', [versionKey(name, draft.version)])).rows
    expect(await rows()).toHaveLength(1)
    const right = permits(acme, 'labels', { subject: alice.did, action: 'label' })
    const purge = purgesUpstream(acme, name, draft.version)
    for (const deed of [right, purge]) {
      await scene.inside.tells(alice, [deed.approval()])
      await scene.inside.tells(acme, [deed.write])
    }
    await becomes(draft, { kind: 'block', check: 'not-purged' })
    expect(await rows()).toEqual([])
    const next = await publishes({ build: releaseOnGithub })
    await becomes(next, old)
    expect(await rows()).toEqual([])
  })
})

describe('a public package of which policy wants provenance', () => {
  const of = '@strict.test/tool'

  it('has its versions let through by it, and by nothing less', async () => {
    const strict = await scene.joins('strict.test')
    const without = await publishes({ author: strict, of })
    const having = await publishes({ author: strict, of, build: releaseOnGithub })
    await becomes(having, old, of)
    scene.passes(25)
    await becomes(having, { kind: 'allow' }, of)
    await becomes(without, { kind: 'hold', check: 'require-provenance' }, of)
  })
})

describe('the README of a public package', () => {
  const of = '@docs.test/book'
  const shows = (readme: string | undefined) =>
    vi.waitFor(async () => expect((await packument(of)).readme).toBe(readme), waitMs)

  it('is that of the latest version that may be installed, and arrives after it', async () => {
    const docs = await scene.joins('docs.test')
    const first = await publishes({ author: docs, of, readme: '# One' })
    await becomes(first, old, of)
    scene.passes(25)
    await shows('# One')
    const second = await publishes({ author: docs, of, readme: '# Two', withheld: true })
    await scene.tells(docs, [tagsVersion(docs, { name: of, tag: 'latest', version: second.version }, 'update').write])
    await becomes(second, old, of)
    await shows('# One')
    scene.passes(25)
    await becomes(second, { kind: 'allow' }, of)
    await shows(undefined)
    hands(second, '# Lie')
    await isTried('mirror_readme', 'name = $1', of)
    await shows(undefined)
    hands(second, '# Two')
    scene.passes(2)
    await shows('# Two')
  })
})
