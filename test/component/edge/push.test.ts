import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attestationOf } from '#common/operations/index.ts'
import { cidOfRecord } from '#common/records/index.ts'
import { app, atproto, atprotoPublic } from '#lexicons'
import type { FaceWrite } from '#pds/promote/index.ts'
import { pagesOf } from '#pds/promote/index.ts'
import { deprecation, publishersOf, retirement } from '#test/support/public-network/publications.ts'
import { EdgeScene, type PromotedVersion, sent } from './edge-scene.ts'

const nowhere = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
let number = 0

describe('what is pushed to an edge PDS', () => {
  let scene: EdgeScene
  let did: string
  let version: PromotedVersion

  beforeAll(async () => {
    scene = await EdgeScene.opens()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    number += 1
    did = await scene.promotes(`org-${number}.test`)
    version = await scene.publishes(did, `@public-org-${number}.test/lib`, '1.0.0')
  })

  const blobsOf = ({ blobs }: PromotedVersion) => blobs
  const allOf = ({ writes }: PromotedVersion): FaceWrite[] => [writes.about, writes.version, writes.tag]
  const pushes = async (writes: readonly FaceWrite[]) => scene.org.client.putRecords(did, writes)
  const state = () => scene.org.client.getState(did)
  const folder = () => join(scene.org.config.dataDir, 'parked')
  const parked = async () => (await readdir(folder())).filter((file) => file.startsWith(did.replaceAll(':', '_')))
  const waitingBytes = async () => {
    const sizes = (await readdir(folder())).map(async (file) => (await stat(join(folder(), file))).size)
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  }
  const uploads = () => readdir(join(scene.org.config.dataDir, 'uploads')).catch(() => [])

  async function isUntouched(before: Awaited<ReturnType<typeof state>>): Promise<void> {
    expect(await state()).toEqual(before)
    expect(await uploads()).toEqual([])
  }

  it('has the same addresses, CIDs and bytes as inside, and shows nothing else', async () => {
    const held = await scene.publishes(did, `@public-org-${number}.test/secret`, '1.0.0')
    await scene.pushesBlobs(did, blobsOf(version))
    expect(await scene.asks('org', atprotoPublic.listBlobs, { did })).toMatchObject({ cids: [] })
    await pushes(allOf(version))
    const { records } = await state()
    expect(records.map(({ collection, rkey, cid }) => ({ collection, rkey, cid }))).toEqual(
      allOf(version)
        .map(({ collection, rkey, cid }) => ({ collection, rkey, cid }))
        .sort((one, other) => (one.collection < other.collection ? -1 : 1)),
    )
    for (const { collection, rkey, cid } of records) {
      const inside = await scene.org.inside.findRecord(did, collection, rkey)
      expect(inside?.cid).toBe(cid)
      const outside = await scene.asks('org', atprotoPublic.getRepoRecord, { repo: did, collection, rkey })
      expect(outside).toMatchObject({ cid, uri: `at://${did}/${collection}/${rkey}` })
    }
    expect(records.some(({ rkey }) => rkey.includes('secret'))).toBe(false)
    const { cids } = await scene.asks('org', atprotoPublic.listBlobs, { did })
    expect((cids as string[]).sort()).toEqual(blobsOf(version).sort())
    const tarball = await scene.reads('org', `xrpc/${atproto.getBlob}?did=${did}&cid=${version.tarball.cid}`)
    expect(Buffer.from(await tarball.arrayBuffer()).equals(version.tarball.bytes)).toBe(true)
    const secret = await scene.reads('org', `xrpc/${atproto.getBlob}?did=${did}&cid=${held.tarball.cid}`)
    expect(secret.status).toBe(400)
    expect(await parked()).toEqual([])
  })

  it('is written once, however often it is pushed', async () => {
    await scene.pushesBlobs(did, blobsOf(version))
    expect(await pushes(allOf(version))).toMatchObject({ written: 3 })
    const before = await state()
    await scene.pushesBlobs(did, blobsOf(version))
    expect(await pushes(allOf(version))).toEqual({ rev: before.rev, written: 0 })
    await isUntouched(before)
    expect(await parked()).toEqual([])
    const { repos } = await scene.asks('org', atproto.listRepos)
    expect(repos).toContainEqual(expect.objectContaining({ did, rev: before.rev }))
  })

  it('is read page by page by who goes on with it', async () => {
    await scene.pushesBlobs(did, blobsOf(version))
    await pushes(allOf(version))
    const all = (await state()).records
    const found = []
    for (let cursor: string | undefined; ; ) {
      const page = await scene.org.client.getState(did, { limit: 2, cursor })
      found.push(...page.records)
      cursor = page.cursor
      if (cursor === undefined) break
    }
    expect(found).toEqual(all)
  })

  it('replaces what may change, and nothing that was said once', async () => {
    const name = `@public-org-${number}.test/lib`
    await scene.pushesBlobs(did, blobsOf(version))
    const gone = sent(retirement(did, name, '1.0.0', 'withdrawn'))
    await pushes([...allOf(version), gone])
    const tag = { ...version.writes.tag.record, version: '2.0.0' }
    const said = sent(deprecation(did, name, '1.0.0', 'old'))
    const mutable = [{ ...version.writes.tag, record: tag, cid: cidOfRecord(tag) }, said, sent(publishersOf([nowhere]))]
    expect(await pushes(mutable)).toMatchObject({ written: 3 })
    const before = await state()
    const other = { ...version.writes.version.record, shasum: '0'.repeat(40) }
    const replaced = { ...version.writes.version, record: other, cid: cidOfRecord(other) }
    await expect(pushes([replaced])).rejects.toMatchObject({ code: 'RecordExists' })
    const again = { ...gone.record, reason: 'another' }
    await expect(pushes([{ ...gone, record: again, cid: cidOfRecord(again) }])).rejects.toMatchObject({
      code: 'RecordExists',
    })
    const beside = sent(deprecation(did, name, '1.0.0', 'older'))
    await expect(pushes([beside, replaced])).rejects.toMatchObject({ code: 'RecordExists' })
    await isUntouched(before)
  })

  it('is refused when it would be stored as something else, in all of its commit', async () => {
    await scene.pushesBlobs(did, blobsOf(version))
    const before = await state()
    const wrong = { ...version.writes.version, cid: version.writes.tag.cid }
    await expect(pushes([version.writes.about, wrong])).rejects.toMatchObject({ code: 'RecordDiffers' })
    const twice = [version.writes.tag, version.writes.tag]
    await expect(pushes(twice)).rejects.toMatchObject({ code: 'InvalidRequest' })
    const float = { ...version.writes.tag.record, more: 1.5 }
    const crooked = { ...version.writes.tag, record: float as never }
    await expect(pushes([crooked])).rejects.toMatchObject({ code: 'InvalidRequest' })
    await isUntouched(before)
  })

  it('is refused in collections that are not public', async () => {
    const before = await state()
    const team = { $type: app.npm.org.team.$nsid, name: 'x', members: [], createdAt: new Date().toISOString() }
    const attestation = sent(attestationFor(version))
    const purge = { ...version.writes.tag.record, $type: app.npm.package.purge.$nsid }
    const foreign = [
      { collection: app.npm.org.team.$nsid, rkey: 'x', record: team, cid: cidOfRecord(team) },
      { collection: app.npm.package.purge.$nsid, rkey: 'x', record: purge, cid: cidOfRecord(purge) },
      attestation,
    ]
    for (const write of foreign) await expect(pushes([write])).rejects.toThrow('does not belong here')
    const person = await scene.promotes(`person-${number}.test`, 'people')
    const asPerson = scene.people.client.putRecords(person, [version.writes.tag])
    await expect(asPerson).rejects.toThrow('does not belong here')
    const disguised = { ...version.writes.tag, record: team, cid: cidOfRecord(team) }
    await expect(pushes([disguised])).rejects.toMatchObject({ code: 'InvalidRequest' })
    await isUntouched(before)
  })

  it('has the attestations of people, once', async () => {
    const person = await scene.promotes(`attester-${number}.test`, 'people')
    const attestation = sent(attestationFor(version))
    const { client } = scene.people
    expect(await client.putRecords(person, [attestation])).toMatchObject({ written: 1 })
    expect(await client.putRecords(person, [attestation])).toMatchObject({ written: 0 })
    const other = { ...attestation.record, integrity: 'sha512-other' }
    const replaced = { ...attestation, record: other, cid: cidOfRecord(other) }
    await expect(client.putRecords(person, [replaced])).rejects.toMatchObject({ code: 'RecordExists' })
    expect((await client.getState(person)).records).toHaveLength(1)
  })

  it('is refused while a blob is missing, or is another than the record says', async () => {
    const before = await state()
    await expect(pushes(allOf(version))).rejects.toThrow(version.tarball.cid)
    const [tarball = '', ...rest] = blobsOf(version)
    await scene.pushesBlobs(did, rest)
    await expect(pushes(allOf(version))).rejects.toMatchObject({ code: 'BlobsMissing' })
    const { bytes } = version.tarball
    const blob = { did, cid: tarball, size: bytes.length, mimeType: 'text/plain' }
    await scene.org.client.putBlob(blob, Readable.from([bytes]))
    await expect(pushes(allOf(version))).rejects.toMatchObject({ code: 'BlobsMissing' })
    await isUntouched(before)
    await scene.org.client.putBlob({ ...blob, mimeType: 'application/gzip' }, Readable.from([bytes]))
    expect(await pushes(allOf(version))).toMatchObject({ written: 3 })
  })

  it('takes no blob of another CID, size or account, and leaves nothing of it', async () => {
    const { bytes } = version.tarball
    const right = { did, cid: version.tarball.cid, size: bytes.length, mimeType: 'application/gzip' }
    const { client } = scene.org
    const other = Buffer.from(bytes)
    other[100] = (other[100] ?? 0) ^ 1
    await expect(client.putBlob(right, Readable.from([other]))).rejects.toMatchObject({ code: 'BlobDiffers' })
    await expect(client.putBlob(right, Readable.from([bytes.subarray(1)]))).rejects.toMatchObject({
      code: 'BlobDiffers',
    })
    const shorter = { ...right, size: right.size - 1 }
    await expect(client.putBlob(shorter, Readable.from([bytes]))).rejects.toMatchObject({ code: 'BlobDiffers' })
    const longer = { ...right, size: right.size + 1 }
    await expect(client.putBlob(longer, Readable.from([bytes]))).rejects.toMatchObject({ code: 'BlobDiffers' })
    const huge = { ...right, size: scene.org.config.tarballBytes + 1 }
    await expect(client.putBlob(huge, Readable.from([bytes]))).rejects.toMatchObject({ code: 'PayloadTooLarge' })
    const elsewhere = { ...right, did: nowhere }
    await expect(client.putBlob(elsewhere, Readable.from([bytes]))).rejects.toMatchObject({ code: 'RepoNotFound' })
    expect(await parked()).toEqual([])
    expect(await uploads()).toEqual([])
  })

  it('is for accounts only that have a public face', async () => {
    const hired = await scene.hires(`hired-${number}.test`)
    const { client } = scene.org
    await client.reserve({ did: hired, handle: `public-hired-${number}.test` })
    expect(await client.getState(hired)).toEqual({ handle: `public-hired-${number}.test`, active: false, records: [] })
    for (const stranger of [hired, nowhere]) {
      const refused = client.putRecords(stranger, [version.writes.tag])
      await expect(refused).rejects.toMatchObject({ code: 'RepoNotFound' })
    }
  })

  it.each(['bytes', 'blobs'] as const)('waits only as long as there is room for it (%s)', async (bound) => {
    await scene.stopEdge('org')
    const { config } = scene.org
    const usual = config.parked
    const [tarball = '', ...rest] = blobsOf(version)
    const there = { bytes: await waitingBytes(), blobs: (await readdir(folder())).length }
    config.parked =
      bound === 'bytes'
        ? { ...usual, maxBytes: there.bytes + version.tarball.bytes.length }
        : { ...usual, maxBlobs: there.blobs + 1 }
    try {
      await scene.startEdge('org')
      await scene.pushesBlobs(did, [tarball])
      await expect(scene.pushesBlobs(did, rest)).rejects.toMatchObject({ code: 'EdgeFull' })
    } finally {
      await scene.stopEdge('org')
      config.parked = usual
      await scene.startEdge('org')
    }
    // What waited is there still.
    expect(await parked()).toHaveLength(1)
    await scene.pushesBlobs(did, rest)
    expect(await pushes(allOf(version))).toMatchObject({ written: 3 })
    expect(await parked()).toEqual([])
  })

  it('goes in pages, of which each is one commit', async () => {
    const name = `@public-org-${number}.test/lib`
    const many = Array.from({ length: 450 }, (_, at) => sent(deprecation(did, name, `1.0.${at}`, 'old')))
    const pages = [...pagesOf(many)]
    expect(pages.map(({ length }) => length)).toEqual([200, 200, 50])
    for (const page of pages) expect(await pushes(page)).toMatchObject({ written: page.length })
    expect((await state()).records).toHaveLength(450)
  })

  function attestationFor({ writes }: PromotedVersion) {
    const { name, version: number, integrity } = writes.version.record as Record<string, string>
    const write = {
      uri: `at://${did}/${writes.version.collection}/${writes.version.rkey}` as const,
      cid: writes.version.cid,
    }
    return attestationOf({
      org: did,
      write,
      name: name ?? '',
      version: number ?? '',
      integrity: integrity ?? '',
      method: 'mfa',
      createdAt: new Date().toISOString(),
    })
  }
})
