import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { purge, purgeUpstream } from '#common/operations/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app, atproto } from '#lexicons'
import { startS3 } from '#test/support/s3-server.ts'
import type { Ceremony } from './person.ts'
import { openScene, type Scene } from './scene.ts'

const name = '@acme.test/hello'
const errorOf = async (response: Response) => ((await response.json()) as { error?: string }).error ?? 'done'

describe('a purge that reaches the org PDS', () => {
  let scene: Scene
  let folder: string

  beforeAll(async () => {
    scene = await openScene()
    folder = join(scene.orgDataDir, 'blobs', scene.acme.replaceAll(':', '_'))
    const { alice } = scene
    for (const action of ['publish', 'label']) await permits(alice.did, action)
    await permits(scene.bob.did, 'publish')
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await alice.publishes(`${name}@${version}`)
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  async function permits(subject: string, action: string): Promise<void> {
    const rule = { id: `${action}-${subject.slice(-8)}`, subject, action, packages: '*' }
    expect(await approves(await scene.alice.preparesPermission(rule))).toBe('done')
  }
  const approves = async (ceremony: Ceremony, by = scene.alice) => errorOf(await by.approves(ceremony))
  const find = async (collection: string, rkey: string) =>
    (await fetchRecordProof({ did: scene.acme, role: 'org', collection, rkey }, scene.proofs))?.record
  const written = (version: string) => find(app.npm.package.purge.$nsid, `acme.test:hello:${version}`)
  const tarballOf = async (version: string) => {
    const record = await find(app.npm.package.version.$nsid, `acme.test:hello:${version}`)
    return String((record as { tarball: { ref: object } }).tarball.ref)
  }

  it('is refused without an approval, and without the right to manage', async () => {
    const unapproved = await scene.alice.preparesPurge(purge, name, ['1.0.0'])
    expect(await errorOf(await scene.alice.sends(unapproved))).toBe('NotAttested')
    expect(await approves(await scene.bob.preparesPurge(purge, name, ['1.0.0']), scene.bob)).toBe('Forbidden')
    expect(await approves(await scene.bob.preparesPurge(purgeUpstream, 'left-pad', ['1.3.0']), scene.bob)).toBe(
      'Forbidden',
    )
    expect(await written('1.0.0')).toBeUndefined()
    expect(await readdir(folder)).toContain(await tarballOf('1.0.0'))
  })

  it('is about versions that are there', async () => {
    expect(await approves(await scene.alice.preparesPurge(purge, name, ['1.0.0', '9.9.9']))).toBe('NotFound')
    expect(await written('1.0.0')).toBeUndefined()
  })

  it('deletes what only these versions have, keeps the record, and hands the bytes out to nobody', async () => {
    const cid = await tarballOf('1.0.0')
    const before = await readdir(folder)
    const ceremony = await scene.alice.preparesPurge(purge, name, ['1.0.0'])
    expect(await approves(ceremony)).toBe('done')
    // The README is the same in all versions.
    expect((await readdir(folder)).toSorted()).toEqual(before.filter((file) => file !== cid).toSorted())
    expect(await written('1.0.0')).toMatchObject({ reason: 'a court order' })
    expect(await tarballOf('1.0.0')).toBe(cid)
    const { org } = scene.proofs.peers
    await expect(org.fetch(atproto.getBlob, { did: scene.acme, cid })).rejects.toMatchObject({ status: 400 })
    const token = await scene.alice.signsToken(ceremony.op, ceremony.procedure)
    expect(await errorOf(await scene.alice.sends({ ...ceremony, token }))).toBe('done')
  })

  it('is of what was withdrawn, too', async () => {
    expect(await approves(await scene.alice.preparesRetirement(name, ['1.1.0']))).toBe('done')
    const cid = await tarballOf('1.1.0')
    expect(await approves(await scene.alice.preparesPurge(purge, name, ['1.1.0']))).toBe('done')
    expect(await readdir(folder)).not.toContain(cid)
  })

  it('is final: nothing can be said, tagged or published there any more, and no other reason given', async () => {
    const { alice } = scene
    const files = { 'index.js': 'other()' }
    expect(await approves(await alice.preparesPurge(purge, name, ['1.0.0'], 'another reason'))).toBe('VersionPurged')
    expect(await approves(await alice.preparesTag({ name, tag: 'beta', version: '1.0.0' }))).toBe('VersionPurged')
    expect(await approves(await alice.preparesDeprecation(name, ['1.0.0'], 'no'))).toBe('VersionPurged')
    expect(await approves(await alice.preparesRetirement(name, ['1.0.0']))).toBe('VersionPurged')
    expect(await approves(await alice.preparesPublish(`${name}@1.0.0`, { files }))).toBe('VersionPurged')
    expect(await approves(await alice.preparesPublish(`${name}@1.0.0`))).toBe('VersionPurged')
  })

  it('is the end of a file that several versions had, with the last of them', async () => {
    const { alice } = scene
    const before = (await readdir(folder)).length
    expect(await approves(await alice.preparesPurge(purge, name, ['1.2.0', '1.3.0']))).toBe('done')
    // Two tarballs, and the README that all versions had.
    expect(await readdir(folder)).toHaveLength(before - 3)
    expect(await approves(await alice.preparesPublish(`${name}@2.0.0`))).toBe('BlobPurged')
    const files = { 'README.md': 'another one' }
    expect(await approves(await alice.preparesPublish(`${name}@2.0.0`, { files }))).toBe('done')
    expect(await readdir(join(scene.orgDataDir, 'uploads'))).toEqual([])
  })

  it('is not for who manages by break-glass, whatever they let themselves do, and is again when that is over', async () => {
    const { alice, bob, acme } = scene
    const broken = '@acme.test/broken-glass'
    await alice.publishes(`${broken}@1.0.0`)
    const lets = async (action: string) => {
      const rule = { id: `glass-${action}`, subject: bob.did, action, packages: '*' }
      return approves(await bob.preparesPermission(rule), bob)
    }
    const purges = async () => approves(await bob.preparesPurge(purge, broken, ['1.0.0']), bob)
    const { $nsid } = app.npm.registry.org
    const registered = { org: acme, managers: [alice.did] }
    const since = new Date(Date.now() - 60_000).toISOString()
    const until = new Date(Date.now() + 3_600_000).toISOString()
    await scene.registryWrites($nsid, acme, { ...registered, temporaryManagers: [{ did: bob.did, since, until }] })
    await expect.poll(() => lets('read'), { timeout: 30_000, interval: 200 }).toBe('done')
    expect(await purges()).toBe('BreakGlassForbids')
    for (const action of ['manage', 'label']) expect(await lets(action)).toBe('done')
    expect(await purges()).toBe('BreakGlassForbids')
    expect(await approves(await bob.preparesPurge(purgeUpstream, 'left-pad', ['1.2.0']), bob)).toBe('BreakGlassForbids')
    expect(await find(app.npm.package.purge.$nsid, 'acme.test:broken-glass:1.0.0')).toBeUndefined()
    await scene.registryWrites($nsid, acme, registered)
    await expect.poll(purges, { timeout: 30_000, interval: 200 }).toBe('done')
  })

  it('says so when the storage does not delete, and nobody gets the bytes all the same', async () => {
    const cid = await tarballOf('2.0.0')
    await rm(join(folder, cid))
    // A folder is deleted by nobody who deletes files.
    await mkdir(join(folder, cid, 'in the way'), { recursive: true })
    expect(await approves(await scene.alice.preparesPurge(purge, name, ['2.0.0']))).toBe('PurgeIncomplete')
    expect(await written('2.0.0')).toBeDefined()
    const { org } = scene.proofs.peers
    await expect(org.fetch(atproto.getBlob, { did: scene.acme, cid })).rejects.toMatchObject({ status: 400 })
  })

  it('of upstream is written once, and gives no other reason later', async () => {
    const { alice } = scene
    expect(await approves(await alice.preparesPurge(purgeUpstream, 'left-pad', ['1.3.0']))).toBe('done')
    expect(await approves(await alice.preparesPurge(purgeUpstream, 'left-pad', ['1.3.0'], 'other'))).toBe(
      'VersionPurged',
    )
    expect(await find(app.npm.upstream.purge.$nsid, 'left-pad:1.3.0')).toMatchObject({ reason: 'a court order' })
  })
})

describe('a purge where blobs are in S3', () => {
  it('deletes the objects', async () => {
    await using bucket = await startS3()
    await using scene = await openScene({}, [], { kind: 's3', ...bucket.config })
    const { alice } = scene
    const rule = { id: 'alice-publishes', subject: alice.did, action: 'publish', packages: '*' }
    await alice.approves(await alice.preparesPermission(rule))
    await alice.publishes(`${name}@1.0.0`)
    const objects = async () =>
      (await readdir(bucket.folder, { recursive: true })).filter((file) => file.endsWith('_object'))
    expect(await objects()).toHaveLength(2)
    expect(await errorOf(await alice.approves(await alice.preparesPurge(purge, name, ['1.0.0'])))).toBe('done')
    expect(await objects()).toEqual([])
  })
})
