import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atproto, atprotoPublic } from '#lexicons'
import { EdgeScene, type PromotedVersion } from './edge-scene.ts'

/** Bytes that no record refers to yet. */
describe('blobs that wait at an edge PDS', () => {
  let scene: EdgeScene
  let did: string
  let number = 0

  beforeAll(async () => {
    scene = await EdgeScene.opens()
    did = await scene.promotes('acme.test')
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const folder = () => join(scene.org.config.dataDir, 'parked')
  const fileOf = (cid: string) => `${did.replaceAll(':', '_')}.${cid}`
  const files = async () => (await readdir(folder())).toSorted()
  const rows = async () => {
    const found = await sql('SELECT did, cid FROM parked_blob')
    return found.map((row) => fileOf(row['cid'] as string)).toSorted()
  }

  async function sql(query: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const { url, schema } = scene.org.config.database
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
    await client.connect()
    try {
      return (await client.query(query, values)).rows
    } finally {
      await client.end()
    }
  }

  /** A version whose blobs came so long ago. */
  async function arrived(days: number): Promise<PromotedVersion> {
    number += 1
    const version = await scene.publishes(did, `@public-acme.test/lib-${number}`, '1.0.0')
    await scene.pushesBlobs(did, version.blobs)
    await sql(`UPDATE parked_blob SET parked_at = now() - make_interval(days => $1) WHERE cid = ANY($2)`, [
      days,
      version.blobs,
    ])
    return version
  }

  async function restarts(change: Partial<EdgeScene['org']['config']['parked']> = {}): Promise<void> {
    await scene.stopEdge('org')
    scene.org.config.parked = { ...scene.org.config.parked, ...change }
    await scene.startEdge('org')
  }

  const wait = async (version: PromotedVersion) => {
    const expected = version.blobs.map(fileOf).toSorted()
    expect(await files()).toEqual(expected)
    expect(await rows()).toEqual(expected)
  }

  it('are given up after seven days, and no sooner', async () => {
    const old = await arrived(8)
    const young = await arrived(6)
    await restarts()
    await wait(young)
    await expect(scene.org.client.putRecords(did, [old.writes.version])).rejects.toMatchObject({ code: 'BlobsMissing' })
    await scene.pushesBlobs(did, old.blobs)
    const all = [old.writes.version, young.writes.version]
    expect(await scene.org.client.putRecords(did, all)).toMatchObject({ written: 2 })
    expect(await files()).toEqual([])
    const { cids } = await scene.asks('org', atprotoPublic.listBlobs, { did })
    expect((cids as string[]).toSorted()).toEqual([...old.blobs, ...young.blobs].toSorted())
  })

  it('give their place to others then, while it runs, too', async () => {
    const old = await arrived(8)
    const { maxBlobs } = scene.org.config.parked
    await restarts({ maxBlobs: old.blobs.length })
    // The start has taken them away.
    await scene.pushesBlobs(did, old.blobs)
    await sql(`UPDATE parked_blob SET parked_at = now() - interval '6 days'`)
    const next = await scene.publishes(did, '@public-acme.test/next', '1.0.0')
    await expect(scene.pushesBlobs(did, next.blobs)).rejects.toMatchObject({ code: 'EdgeFull' })
    await wait(old)
    await sql(`UPDATE parked_blob SET parked_at = now() - interval '8 days'`)
    await scene.pushesBlobs(did, next.blobs)
    await wait(next)
    await restarts({ maxBlobs })
    expect(await scene.org.client.putRecords(did, [next.writes.version])).toMatchObject({ written: 1 })
  })

  it('are a file and a row each after a start, whatever was there before', async () => {
    const [lost, kept] = [await arrived(0), await arrived(0)]
    await scene.stopEdge('org')
    for (const cid of lost.blobs) await rm(join(folder(), fileOf(cid)))
    await writeFile(join(folder(), fileOf('bafkreihalfdone')), 'half')
    await scene.startEdge('org')
    await wait(kept)
    await scene.pushesBlobs(did, lost.blobs)
    const all = [lost.writes.version, kept.writes.version]
    expect(await scene.org.client.putRecords(did, all)).toMatchObject({ written: 2 })
    for (const { tarball } of [lost, kept]) {
      const read = await scene.reads('org', `xrpc/${atproto.getBlob}?did=${did}&cid=${tarball.cid}`)
      expect(Buffer.from(await read.arrayBuffer()).equals(tarball.bytes)).toBe(true)
    }
  })
})
