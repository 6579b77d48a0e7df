import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atproto, atprotoPublic } from '#lexicons'
import { startS3, type TestBucket } from '#test/support/s3-server.ts'
import { EdgeScene, type PromotedVersion } from './edge-scene.ts'

/** What is public may be in a bucket; what waits for its records is on the disk. */
describe('an edge PDS whose blobs are in a bucket', () => {
  const opened = new AsyncDisposableStack()
  let bucket: TestBucket
  let scene: EdgeScene
  let did: string
  let version: PromotedVersion

  beforeAll(async () => {
    bucket = opened.use(await startS3())
    scene = opened.use(await EdgeScene.opens())
    // The bucket is one PDS's.
    await scene.stopEdge('org')
    scene.org.config.blobs = { kind: 's3', ...bucket.config }
    await scene.startEdge('org')
    did = await scene.promotes('acme.test')
    version = await scene.publishes(did, '@public-acme.test/lib', '1.0.0')
  })
  afterAll(() => opened.disposeAsync())

  const objects = async () => {
    const files = await readdir(bucket.folder, { recursive: true })
    return files.flatMap((file) => /^(.*)\._S3rver_object$/.exec(file)?.[1] ?? []).toSorted()
  }
  const parked = () => readdir(join(scene.org.config.dataDir, 'parked'))
  const placesOf = ({ blobs }: PromotedVersion) => blobs.map((cid) => `blobs/${did}/${cid}`)

  it('has in it what is public, and nothing before', async () => {
    await scene.pushesBlobs(did, version.blobs)
    expect(await objects()).toEqual([])
    expect(await parked()).toHaveLength(version.blobs.length)
    expect(await scene.org.client.putRecords(did, [version.writes.version])).toMatchObject({ written: 1 })
    expect(await objects()).toEqual(placesOf(version).toSorted())
    expect(await parked()).toEqual([])
  })

  it('hands it out to anybody, byte for byte, and after a restart', async () => {
    const isThere = async () => {
      const read = await scene.reads('org', `xrpc/${atproto.getBlob}?did=${did}&cid=${version.tarball.cid}`)
      expect(read.headers.get('content-type')).toBe('application/gzip')
      expect(Buffer.from(await read.arrayBuffer()).equals(version.tarball.bytes)).toBe(true)
      const { cids } = await scene.asks('org', atprotoPublic.listBlobs, { did })
      expect((cids as string[]).toSorted()).toEqual(version.blobs.toSorted())
    }
    await isThere()
    await scene.stopEdge('org')
    await scene.startEdge('org')
    await isThere()
  })

  it('keeps what waits, and writes nothing, while the bucket is away', async () => {
    const next = await scene.publishes(did, '@public-acme.test/lib', '1.1.0')
    await scene.pushesBlobs(did, next.blobs)
    const before = await scene.org.client.getState(did)
    const waiting = await parked()
    await bucket.stops()
    await expect(scene.org.client.putRecords(did, [next.writes.version])).rejects.toThrow()
    expect(await scene.org.client.getState(did)).toEqual(before)
    expect((await parked()).toSorted()).toEqual(waiting.toSorted())
    const read = await scene.reads('org', `xrpc/${atproto.getBlob}?did=${did}&cid=${next.tarball.cid}`)
    expect(read.status).toBe(400)
  })
})
