import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchRecordProof, proveVersion } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { openScene, type Scene } from './scene.ts'

describe('publishing through the org PDS', () => {
  let scene: Scene

  beforeAll(async () => {
    scene = await openScene()
    const { alice } = scene
    const rule = { id: 'alice-publishes', subject: alice.did, action: 'publish', packages: '@acme.test/*' }
    await alice.approves(await alice.preparesPermission(rule))
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  const proofOf = async (collection: string, rkey: string) =>
    fetchRecordProof({ did: scene.acme, role: 'org', collection, rkey }, scene.proofs)

  const tagOf = async (name: string) =>
    (await proofOf(app.npm.package.tag.$nsid, `acme.test:${name}:latest`))?.record['version']

  /** Whatever lies in the folders for files on their way. */
  async function filesUnderway(): Promise<string[]> {
    const folders = [join(scene.orgDataDir, 'uploads'), join(scene.orgDataDir, 'blobs', 'temporary')]
    return (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat()
  }

  it('writes the version, its tag and its package, such that both halves can be proven', async () => {
    const response = await scene.alice.publishes('@acme.test/hello@1.0.0')
    expect(response.status).toBe(200)
    const answer = (await response.json()) as { uri: string; cid: string }
    const claim = { org: scene.acme, name: '@acme.test/hello', version: '1.0.0', attestedBy: scene.alice.did }
    expect((await proveVersion(claim, scene.proofs)).cid).toBe(answer.cid)
    expect(answer.uri).toBe(`at://${scene.acme}/${app.npm.package.version.$nsid}/acme.test:hello:1.0.0`)
    expect(await tagOf('hello')).toBe('1.0.0')
    expect((await proofOf(app.npm.package.record.$nsid, 'acme.test:hello'))?.record['name']).toBe('@acme.test/hello')
    expect(await filesUnderway()).toEqual([])
  })

  it('serves exactly the bytes that were approved', async () => {
    const ceremony = await scene.alice.preparesPublish('@acme.test/bytes@1.0.0')
    await scene.alice.approves(ceremony)
    const version = await proofOf(app.npm.package.version.$nsid, 'acme.test:bytes:1.0.0')
    const { tarball } = app.npm.package.version.main.parse(version?.record)
    const cid = 'ref' in tarball ? tarball.ref.toString() : ''
    const blob = await scene.proofs.peers.org.fetch('com.atproto.sync.getBlob', { did: scene.acme, cid })
    expect(Buffer.from(await blob.arrayBuffer()).equals(ceremony.body ?? Buffer.of())).toBe(true)
  })

  it('succeeds when the identical publish is repeated, and leaves a tag that moved on where it is', async () => {
    const ceremony = await scene.alice.preparesPublish('@acme.test/again@1.0.0')
    expect((await scene.alice.approves(ceremony)).status).toBe(200)
    await scene.alice.publishes('@acme.test/again@1.0.1')
    const token = await scene.alice.signsToken(ceremony.op, ceremony.procedure)
    expect((await scene.alice.sends({ ...ceremony, token })).status).toBe(200)
    expect(await tagOf('again')).toBe('1.0.1')
  })

  it('refuses other contents under a version that exists, as npm does', async () => {
    await scene.alice.publishes('@acme.test/once@1.0.0')
    const response = await scene.alice.publishes('@acme.test/once@1.0.0', { files: { 'index.js': 'other()\n' } })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'VersionExists' })
    expect(await filesUnderway()).toEqual([])
  })

  it('takes one of two different publishes of a version that arrive together', async () => {
    const both = await Promise.all(
      ['one', 'two'].map(async (text) => {
        const ceremony = await scene.alice.preparesPublish('@acme.test/race@1.0.0', { files: { 'index.js': text } })
        await scene.alice.leavesWitness(ceremony)
        return ceremony
      }),
    )
    const responses = await Promise.all(both.map((ceremony) => scene.alice.sends(ceremony)))
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 403])
  })

  it('names the permission that is missing', async () => {
    const response = await scene.bob.publishes('@acme.test/hello@2.0.0')
    expect(response.status).toBe(403)
    const { error, message } = (await response.json()) as { error: string; message: string }
    expect(error).toBe('Forbidden')
    expect(message).toContain('bob.test may not publish @acme.test/hello')
    expect(message).toContain('"publish"')
  })

  it('takes a right away with its rule', async () => {
    const rule = { id: 'bob-publishes', subject: scene.bob.did, action: 'publish', packages: '@acme.test/his' }
    await scene.alice.approves(await scene.alice.preparesPermission(rule))
    expect((await scene.bob.publishes('@acme.test/his@1.0.0')).status).toBe(200)
    await scene.alice.approves(await scene.alice.preparesPermission({ ...rule, packages: '@acme.test/other' }))
    expect((await scene.bob.publishes('@acme.test/his@1.0.1')).status).toBe(403)
  })

  it('publishes nothing under the name of another organisation', async () => {
    const response = await scene.alice.publishes('@other.test/hello@1.0.0')
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'NotPrivate' })
  })

  it.each([
    ['is cut short', (body: Buffer) => body.subarray(0, -9), 400],
    // Byte 9 of a gzip file says on which system it was made: everything in it stays as it is.
    [
      'differs in one byte',
      (body: Buffer) => Buffer.concat([body.subarray(0, 9), Buffer.of(7), body.subarray(10)]),
      400,
    ],
    ['is longer than approved', (body: Buffer) => Buffer.concat([body, Buffer.of(0)]), 413],
    ['is empty', () => Buffer.alloc(0), 400],
  ])('refuses a tarball that %s, and leaves nothing behind', async (_, tamper, status) => {
    const ceremony = await scene.alice.preparesPublish('@acme.test/tampered@1.0.0')
    await scene.alice.leavesWitness(ceremony)
    const response = await scene.alice.sends({ ...ceremony, body: tamper(ceremony.body ?? Buffer.of()) })
    expect(response.status).toBe(status)
    expect(await filesUnderway()).toEqual([])
    expect(await proofOf(app.npm.package.version.$nsid, 'acme.test:tampered:1.0.0')).toBeUndefined()
  })
})
