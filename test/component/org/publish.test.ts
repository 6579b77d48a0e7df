import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '#common/crypto/index.ts'
import { fetchRecordProof, proveVersion } from '#common/proof/index.ts'
import { cidOfBlob } from '#common/records/index.ts'
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

  it('breaks off at once where the disk has lost the end of a blob, and announces all of it', async () => {
    const ceremony = await scene.alice.preparesPublish('@acme.test/lost@1.0.0')
    await scene.alice.approves(ceremony)
    const cid = cidOfBlob(sha256(ceremony.body ?? Buffer.of()))
    await truncate(join(scene.orgDataDir, 'blobs', scene.acme.replaceAll(':', '_'), cid), 100)
    const options = { timeoutMs: 10_000 }
    const asked = scene.proofs.peers.org.fetch('com.atproto.sync.getBlob', { did: scene.acme, cid }, options)
    const failure: unknown = await asked.then((blob) => blob.arrayBuffer()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toMatchObject({ name: 'TimeoutError' })
    expect((failure as Error).cause).not.toMatchObject({ name: 'TimeoutError' })
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

  it('refuses somebody who was disabled after everything was approved, and proves what they published before', async () => {
    const { alice, people } = scene
    await alice.publishes('@acme.test/before@1.0.0')
    const ceremony = await alice.preparesPublish('@acme.test/after@1.0.0')
    await alice.leavesWitness(ceremony)
    await people.setActive(alice.did, false)
    const response = await alice.sends({ ...ceremony, token: await alice.signsToken(ceremony.op, ceremony.procedure) })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: 'AccountDisabled' })
    await expect(alice.leavesWitness(ceremony)).rejects.toMatchObject({ code: 'AccountDisabled' })
    const claim = { org: scene.acme, name: '@acme.test/before', version: '1.0.0', attestedBy: alice.did }
    expect((await proveVersion(claim, scene.proofs)).cid).toBeDefined()
    await people.setActive(alice.did, true)
    const token = await alice.signsToken(ceremony.op, ceremony.procedure)
    expect((await alice.sends({ ...ceremony, token })).status).toBe(200)
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

  describe('under a name beside the handle', () => {
    const grantUri = app.npm.name.grant.$nsid
    const claimUri = (key: string, org = scene.acme) => `at://${org}/${app.npm.name.claim.$nsid}/${key}`

    async function claims(name: string): Promise<string> {
      const response = await scene.alice.approves(await scene.alice.preparesClaim(name))
      expect(response.status).toBe(200)
      return ((await response.json()) as { cid: string }).cid
    }

    async function publishes(spec: string): Promise<number> {
      const response = await scene.alice.publishes(spec)
      const { error } = (await response.json()) as { error?: string }
      expect(error).toBe(response.status === 200 ? undefined : 'NotPrivate')
      return response.status
    }

    beforeAll(async () => {
      const rule = { id: 'alice-publishes-all', subject: scene.alice.did, action: 'publish', packages: '*' }
      await scene.alice.approves(await scene.alice.preparesPermission(rule))
    })

    it('takes a package once the registry granted its scope, or itself, and not before', async () => {
      expect(await publishes('@acme/ui@1.0.0')).toBe(403)
      const cid = await claims('@acme/*')
      expect(await publishes('@acme/ui@1.0.0')).toBe(403)
      const grant = { name: '@acme/*', org: scene.acme, claim: { uri: claimUri('acme:~'), cid } }
      await scene.registryWrites(grantUri, 'acme:~', grant)
      expect(await publishes('@acme/ui@1.0.0')).toBe(200)
      const single = { name: 'tool', org: scene.acme, claim: { uri: claimUri('tool'), cid: await claims('tool') } }
      await scene.registryWrites(grantUri, 'tool', single)
      expect(await publishes('tool@1.0.0')).toBe(200)
      expect(await publishes('tool2@1.0.0')).toBe(403)
    })

    it('refuses what the registry granted to another organisation, also out of a scope of one’s own', async () => {
      const cid = await claims('@theirs/*')
      const other = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
      const own = { name: '@theirs/*', org: scene.acme, claim: { uri: claimUri('theirs:~'), cid } }
      await scene.registryWrites(grantUri, 'theirs:~', own)
      const single = { name: '@theirs/x', org: other, claim: { uri: claimUri('theirs:x', other), cid } }
      await scene.registryWrites(grantUri, 'theirs:x', single)
      expect(await publishes('@theirs/x@1.0.0')).toBe(403)
      expect(await publishes('@theirs/y@1.0.0')).toBe(200)
    })

    it('refuses a grant without the claim it names: none, another record, another organisation’s', async () => {
      const cid = await claims('@half/*')
      const grant = { org: scene.acme, claim: { uri: claimUri('half:x'), cid } }
      await scene.registryWrites(grantUri, 'half:x', { ...grant, name: '@half/x' })
      expect(await publishes('@half/x@1.0.0')).toBe(403)
      await claims('@half/y')
      await scene.registryWrites(grantUri, 'half:y', {
        ...grant,
        name: '@half/y',
        claim: { uri: claimUri('half:y'), cid },
      })
      expect(await publishes('@half/y@1.0.0')).toBe(403)
      // The claim is there, and the grant is somebody else's.
      const theirs = { claim: { uri: claimUri('half:~'), cid }, org: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }
      await scene.registryWrites(grantUri, 'half:~', { ...theirs, name: '@half/*' })
      expect(await publishes('@half/w@1.0.0')).toBe(403)
      const elsewhere = claimUri('half:~', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
      await scene.registryWrites(grantUri, 'half:~', { ...grant, name: '@half/*', claim: { uri: elsewhere, cid } })
      expect(await publishes('@half/z@1.0.0')).toBe(403)
    })

    it('does not believe a grant that is not where it says it is', async () => {
      const cid = await claims('@moved/*')
      const claim = { uri: claimUri('moved:~'), cid }
      await scene.registryWrites(grantUri, 'moved:~', { name: '@elsewhere/*', org: scene.acme, claim })
      const response = await scene.alice.publishes('@moved/x@1.0.0')
      expect(await response.json()).toMatchObject({ error: 'ProofFailed' })
    })

    it('is claimed by those who manage the organisation, once', async () => {
      const refused = await scene.bob.approves(await scene.bob.preparesClaim('@bobs/*'))
      expect(await refused.json()).toMatchObject({ error: 'Forbidden' })
      expect(await proofOf(app.npm.name.claim.$nsid, 'bobs:~')).toBeUndefined()
      const unapproved = await scene.alice.sends(await scene.alice.preparesClaim('@silent/*'))
      expect(await unapproved.json()).toMatchObject({ error: 'NotAttested' })
      await claims('@once/*')
      const again = await scene.alice.approves(await scene.alice.preparesClaim('@once/*'))
      expect(await again.json()).toMatchObject({
        error: 'InvalidOperation',
        message: expect.stringContaining('claimed already'),
      })
    })
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
