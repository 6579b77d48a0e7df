import { Secp256k1Keypair } from '@atproto/crypto'
import type { DidString } from '@atproto/syntax'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { app } from '#lexicons'
import { put } from '#test/component/appview/appview-scene.ts'
import { alone, type Draft, drafts } from '#test/component/appview/deeds.ts'
import { RepoAuthor, type Write } from '#test/support/repo-author.ts'
import { PublicScene } from './public-scene.ts'

const waitMs = { timeout: 30_000, interval: 50 }
const handle = 'ours.test'
const name = `@${handle}/tool`

/**
 * An organisation of ours that is in the public network as well, where somebody else may have its keys: an alarm is one half of what that
 * comes to, and that nobody here is served any of it the other.
 */
describe('the public face of an organisation of ours', () => {
  let scene: PublicScene
  /** One DID, in two places. */
  let face: RepoAuthor
  let ours: RepoAuthor
  let did: string

  beforeEach(async () => {
    scene = await PublicScene.opens()
    face = await scene.joins(handle)
    did = face.did
  })
  afterEach(() => scene?.[Symbol.asyncDispose]())

  /** It is one of ours. @returns what the registry writes of it */
  async function isOurs(): Promise<Write> {
    const { directory, org, alice } = scene.inside.parts
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    await directory.takesUp(did, scene.outside.directory, { signingKey: keypair.did(), pds: org.url })
    ours = await RepoAuthor.create(did, keypair)
    org.repos.set(did, ours)
    return put(app.npm.registry.org.$nsid, did, { org: did, managers: [alice.did] })
  }

  /** From the beginning. */
  async function wasOurs(): Promise<void> {
    await scene.inside.parts.registrar.writes([await isOurs()])
  }

  /** The same version in both places. */
  async function isPromoted(version: string): Promise<Draft> {
    const draft = await drafts(ours, { name, version })
    scene.holds(draft)
    // The tag is the first one's.
    const writes = draft.writes.slice(0, version === '1.0.0' ? 3 : 1)
    await ours.writes(writes)
    await face.writes(writes)
    return draft
  }

  /** By whoever has the keys of the face. */
  async function madeUp(version: string, of = name, files: Record<string, string> = {}): Promise<Draft> {
    const draft = await drafts(face, { name: of, version, files })
    scene.holds(draft)
    return draft
  }

  async function alarms(): Promise<object[]> {
    const { rows } = await scene.sql("SELECT data FROM notice WHERE type = 'alarm.raised' ORDER BY id")
    return rows.map(({ data }) => ({ alarm: data.alarm, name: data.name, version: data.version, cid: data.cid }))
  }
  const differs = ({ name, version, record: { cid } }: Draft) => ({ alarm: 'public-differs', name, version, cid })
  const alarmed = (...drafts: Draft[]) =>
    vi.waitFor(async () => {
      const expected = drafts.map((draft) => expect.objectContaining(differs(draft)))
      expect(await alarms()).toEqual(expect.arrayContaining(expected))
      expect(await alarms()).toHaveLength(drafts.length)
    }, waitMs)

  /** What the mirror has of the face was looked at. */
  async function isLookedAt(): Promise<void> {
    await scene.isMirrored(face)
    await vi.waitFor(async () => {
      const { rows } = await scene.sql('SELECT name FROM mirror_due WHERE did = $1', [did])
      expect(rows).toEqual([])
    }, waitMs)
  }

  /** A relay tells of it. */
  async function isFound(): Promise<void> {
    await scene.tells(face, [put(app.npm.org.publishers.$nsid, 'self', { publishers: [] })])
    await isLookedAt()
  }

  /** What is kept to be served of it, as of any package from outside. */
  async function kept(): Promise<unknown[]> {
    const packuments = await scene.sql('SELECT name FROM upstream_packument WHERE registry = $1', [did])
    const files = await scene.sql('SELECT name, version FROM upstream_file WHERE registry = $1', [did])
    return [...packuments.rows, ...files.rows]
  }

  /** By its name, and by the address that lockfiles pin. */
  async function isServed(of: string, version: string): Promise<string[]> {
    const { gateway, alice } = scene.inside.parts
    const viewer = alice.did as DidString
    const file = `${of.slice(of.indexOf('/') + 1)}-${version}.tgz`
    const { getPackument, getUpstreamVersion, getUpstreamTarball } = app.npm.registry
    const pinned = { name: of, did: did as DidString }
    const asked = {
      packument: gateway.fetch(getPackument.$nsid, { name: of, viewer, form: 'full' }),
      version: gateway.call(getUpstreamVersion, { params: { name: of, version } }),
      pinned: gateway.call(getUpstreamVersion, { params: { ...pinned, version } }),
      tarball: gateway.fetch(getUpstreamTarball.$nsid, { name: of, file }),
      pinnedTarball: gateway.fetch(getUpstreamTarball.$nsid, { ...pinned, file }),
    }
    const answers = await Promise.all(
      Object.entries(asked).map(async ([what, answer]) => {
        const code = await answer.then(
          () => 'served',
          (error: { code?: string }) => String(error.code),
        )
        return code === 'NotFound' ? [] : [`${what}: ${code}`]
      }),
    )
    return answers.flat()
  }

  it('raises no alarm as long as it is a copy, and is kept nowhere else', async () => {
    await wasOurs()
    await isPromoted('1.0.0')
    await scene.starts()
    await isFound()
    expect(await alarms()).toEqual([])
    expect(await kept()).toEqual([])
  })

  it('raises an alarm for each version that is other than inside or not there, once, and none of them is kept', async () => {
    await isOurs()
    const same = await isPromoted('1.0.0')
    await isPromoted('1.1.0')
    await scene.starts()
    await isFound()
    const more = await madeUp('6.6.6')
    await scene.tells(face, alone(more))
    await alarmed(more)
    const changed = await madeUp('1.0.0', name, { 'evil.js': 'steal()\n' })
    await scene.tells(
      face,
      alone(changed).map((write) => ({ ...write, action: 'update' })),
    )
    await alarmed(more, changed)
    expect(changed.record.cid).not.toBe(same.record.cid)
    // Whatever changes next, of the same package.
    await scene.tells(face, [put(app.npm.org.publishers.$nsid, 'self', { publishers: [] }, 'update')])
    await isLookedAt()
    await alarmed(more, changed)
    expect(await kept()).toEqual([])
  })

  it('is taken for nobody else, and copies for copies, while the inside is still being read', async () => {
    await wasOurs()
    await isPromoted('1.0.0')
    const made = await madeUp('6.6.6')
    await face.writes(alone(made))
    const { org } = scene.inside.parts
    const read = Promise.withResolvers<void>()
    org.gate = read.promise
    await scene.starts()
    await scene.tells(face, [put(app.npm.org.publishers.$nsid, 'self', { publishers: [] })])
    await scene.isMirrored(face)
    await vi.waitFor(() => expect(org.repoRequests).toBeGreaterThan(0), waitMs)
    // Longer than the mirror rests between two looks.
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(await kept()).toEqual([])
    expect(await alarms()).toEqual([])
    read.resolve()
    await alarmed(made)
    await isLookedAt()
    expect(await kept()).toEqual([])
  })

  it('serves nothing under a name that leads to it from outside, either', async () => {
    await wasOurs()
    await isPromoted('1.0.0')
    await scene.starts()
    await isFound()
    // Its keys can give it another handle, and the domain of that is a burglar's.
    scene.outside.names.says('evil.test', did)
    await scene.outside.directory.changes(did, { handle: 'evil.test' })
    scene.outside.relay.sends('#identity', { did, handle: 'evil.test' })
    const evil = '@evil.test/tool'
    const { gateway, alice } = scene.inside.parts
    const params = { name: evil, viewer: alice.did as DidString }
    await vi.waitFor(async () => {
      const found = await gateway.call(app.npm.registry.resolveName, { params })
      expect(found).toMatchObject({ source: 'public', org: did })
    }, waitMs)
    const draft = await madeUp('1.0.0', evil)
    await scene.tells(face, draft.writes)
    await alarmed(draft)
    scene.passes(1_000)
    expect(await isServed(evil, '1.0.0')).toEqual([])
    expect(await isServed(name, '1.0.0')).toEqual([])
    expect(await kept()).toEqual([])
  })

  it('is never looked at in the place of what is inside, though it was kept before it was ours', async () => {
    await scene.starts()
    const draft = await madeUp('1.0.0')
    await scene.tells(face, draft.writes)
    await isLookedAt()
    scene.passes(1_000)
    await vi.waitFor(async () => {
      const served = ['packument', 'version', 'pinned', 'tarball', 'pinnedTarball'].map((what) => `${what}: served`)
      expect(await isServed(name, '1.0.0')).toEqual(served)
    }, waitMs)
    await scene.inside.tells('registrar', [await isOurs()])
    await scene.inside.tells(ours, [put(app.npm.org.team.$nsid, 'crew', { name: 'crew', members: [] })])
    await vi.waitFor(async () => {
      const { rows } = await scene.sql("SELECT state FROM repo WHERE network = 'private' AND did = $1", [did])
      expect(rows).toHaveLength(1)
    }, waitMs)
    expect((await kept()).length).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await isServed(name, '1.0.0')).toEqual([]), waitMs)
  })
})
