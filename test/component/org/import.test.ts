import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeImportList } from '#common/imports/index.ts'
import { fetchRecordProof, proveVersion } from '#common/proof/index.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type PackedImport, packImport } from '#test/support/packed-import.ts'
import { openScene, type Scene } from './scene.ts'

describe('an import at the org PDS', () => {
  let scene: Scene
  let appliance: PeerClient

  beforeAll(async () => {
    scene = await openScene()
    appliance = createPeerClient('org', scene.net.network, await scene.net.authAs('appliance'))
    // Bob may publish as well, and does not manage.
    for (const { did } of [scene.alice, scene.bob]) {
      const rule = { id: `publish-${did.slice(-8)}`, subject: did, action: 'publish', packages: '@acme.test/*' }
      await scene.alice.approves(await scene.alice.preparesPermission(rule))
    }
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  const errorOf = async (response: Response) => ((await response.json()) as { error: string }).error
  const packs = (name: string, ...versions: string[]) =>
    packImport(
      scene.acme,
      versions.map((version) => `@acme.test/${name}@${version}`),
      { tags: { [`@acme.test/${name}`]: [{ tag: 'latest', version: versions.at(-1) ?? '' }] } },
    )
  const proofOf = (collection: string, rkey: string) =>
    fetchRecordProof({ did: scene.acme, role: 'org', collection, rkey }, scene.proofs)
  const versionAt = (rkey: string) => proofOf(app.npm.package.version.$nsid, rkey)

  /** Everything up to the versions themselves. @returns CID of the import record */
  async function begins(packed: PackedImport, { attested = true } = {}): Promise<string> {
    const ceremony = await scene.alice.preparesImport(packed)
    if (attested) await scene.alice.leavesAttestations(ceremony)
    const response = await scene.alice.approves(ceremony)
    expect(response.status).toBe(200)
    return ((await response.json()) as { cid: string }).cid
  }

  function brings(record: string, tarballs: readonly Uint8Array[], { from = 0, count = tarballs.length } = {}) {
    const input = new Blob(tarballs.map((tarball) => new Uint8Array(tarball)))
    return appliance.call(app.npm.operation.importVersions, { params: { import: record, from, count }, input })
  }

  const finishes = (record: string) => appliance.call(app.npm.operation.finishImport, { input: { import: record } })

  async function filesUnderway(): Promise<string[]> {
    const folders = [join(scene.orgDataDir, 'uploads'), join(scene.orgDataDir, 'blobs', 'temporary')]
    return (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat()
  }

  it('writes each version such that both halves can be proven, and at the end what is said of it', async () => {
    const packed = await packs('whole', '1.0.0', '1.1.0', '2.0.0')
    const record = await begins(packed)
    expect(await brings(record, packed.tarballs.slice(0, 2))).toEqual({ written: 2 })
    expect(await finishes(record)).toEqual({ missing: 1 })
    expect(await brings(record, packed.tarballs.slice(2), { from: 2 })).toEqual({ written: 1 })
    expect(await proofOf(app.npm.package.tag.$nsid, 'acme.test:whole:latest')).toBeUndefined()
    expect(await finishes(record)).toMatchObject({
      missing: 0,
      last: { uri: expect.stringContaining('acme.test:whole') },
    })
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) {
      const claim = { org: scene.acme, name: '@acme.test/whole', version, attestedBy: scene.alice.did }
      const proven = await proveVersion(claim, scene.proofs)
      expect(proven.attestation.record['method']).toBe('import')
      expect(proven.record.createdAt).toBe('2019-05-06T07:08:09.000Z')
    }
    expect((await proofOf(app.npm.package.tag.$nsid, 'acme.test:whole:latest'))?.record['version']).toBe('2.0.0')
    expect((await proofOf(app.npm.package.deprecation.$nsid, 'acme.test:whole:1.0.0'))?.record['message']).toBe('old')
    expect((await proofOf(app.npm.package.record.$nsid, 'acme.test:whole'))?.record['name']).toBe('@acme.test/whole')
    expect(await filesUnderway()).toEqual([])
    await expect(finishes(record)).rejects.toMatchObject({ code: 'ImportNotOpen' })
  })

  it('takes two commits where records are large (8 × 0.2 MB), and versions of them all have one README', async () => {
    const names = Array.from({ length: 5_000 }, (_, index) => [`@acme.test/dependency-${index}`, '^1.0.0'])
    const versions = Array.from({ length: 8 }, (_, patch) => `@acme.test/large@1.0.${patch}`)
    const contents = { files: { 'README.md': '# The same' }, manifest: { dependencies: Object.fromEntries(names) } }
    const packed = await packImport(scene.acme, versions, contents)
    expect(await brings(await begins(packed), packed.tarballs)).toEqual({ written: 8 })
    expect(await filesUnderway()).toEqual([])
  })

  it('writes nothing twice', async () => {
    const packed = await packs('twice', '1.0.0', '1.1.0')
    const record = await begins(packed)
    expect(await brings(record, packed.tarballs.slice(1), { from: 1 })).toEqual({ written: 1 })
    expect(await brings(record, packed.tarballs)).toEqual({ written: 1 })
    expect(await brings(record, packed.tarballs)).toEqual({ written: 0 })
    expect(await filesUnderway()).toEqual([])
  })

  it('leaves a tag that somebody moved meanwhile', async () => {
    const packed = await packs('moved', '1.0.0')
    const record = await begins(packed)
    await brings(record, packed.tarballs)
    expect((await scene.alice.publishes('@acme.test/moved@3.0.0')).status).toBe(200)
    await finishes(record)
    expect((await proofOf(app.npm.package.tag.$nsid, 'acme.test:moved:latest'))?.record['version']).toBe('3.0.0')
  })

  it('waits for the attestations', async () => {
    const packed = await packs('early', '1.0.0', '1.1.0')
    const ceremony = await scene.alice.preparesImport(packed)
    const { cid } = (await (await scene.alice.approves(ceremony)).json()) as { cid: string }
    await expect(brings(cid, packed.tarballs)).rejects.toMatchObject({ code: 'AttestationsPending', status: 503 })
    expect(await versionAt('acme.test:early:1.0.0')).toBeUndefined()
    await scene.alice.leavesAttestations(ceremony)
    expect(await brings(cid, packed.tarballs)).toEqual({ written: 2 })
  })

  it('counts nobody else’s attestations', async () => {
    const packed = await packs('forged', '1.0.0')
    const ceremony = await scene.alice.preparesImport(packed)
    await scene.bob.leavesAttestations(ceremony)
    const { cid } = (await (await scene.alice.approves(ceremony)).json()) as { cid: string }
    await expect(brings(cid, packed.tarballs)).rejects.toMatchObject({ code: 'AttestationsPending' })
  })

  it('counts no attestation that says something else', async () => {
    const packed = await packs('lying', '1.0.0')
    const ceremony = await scene.alice.preparesImport(packed)
    const [attestation, ...others] = ceremony.imported
    const record = { ...attestation?.record, integrity: 'sha512-other' }
    const lie = attestation === undefined ? [] : [{ ...attestation, record }]
    await scene.alice.leavesAttestations({ ...ceremony, imported: [...lie, ...others] })
    const { cid } = (await (await scene.alice.approves(ceremony)).json()) as { cid: string }
    await expect(brings(cid, packed.tarballs)).rejects.toMatchObject({ code: 'NotAttested' })
  })

  it.each<[string, (tarballs: Buffer[]) => Uint8Array[], string]>([
    ['of another version', ([one, two]) => [two ?? Buffer.of(), one ?? Buffer.of()], 'Invalid'],
    ['that differ in one byte', ([one, two]) => [flipped(one), two ?? Buffer.of()], 'InvalidOperation'],
    ['that are cut short', ([one, two]) => [one ?? Buffer.of(), two?.subarray(1) ?? Buffer.of()], 'Invalid'],
    ['that are too long', ([one, two]) => [one ?? Buffer.of(), two ?? Buffer.of(), Buffer.of(0)], 'InvalidRequest'],
  ])('takes no bytes %s, and leaves nothing behind', async (_, tamper, code) => {
    const packed = await packs('tampered', '1.0.0', '1.0.1-longer')
    const record = await begins(packed)
    await expect(brings(record, tamper(packed.tarballs), { count: 2 })).rejects.toMatchObject({
      code: expect.stringContaining(code),
    })
    expect(await versionAt('acme.test:tampered:1.0.0')).toBeUndefined()
    expect(await filesUnderway()).toEqual([])
  })

  it('takes nothing that is not in the list', async () => {
    const packed = await packs('listed', '1.0.0')
    const record = await begins(packed)
    await expect(brings(record, packed.tarballs, { from: 1 })).rejects.toMatchObject({ code: 'InvalidRequest' })
    await expect(brings('bafyreialnpmogs5mddkeurxqkmnalwlwtltnaddg7ewdvlwoffl4s2lplu', [])).rejects.toThrow()
  })

  it('is over for whoever lost the right to publish', async () => {
    const packed = await packs('revoked', '1.0.0')
    const record = await begins(packed)
    const deny = { id: 'not-this', subject: scene.alice.did, action: 'publish', packages: '@acme.test/revoked' }
    await scene.alice.approves(await scene.alice.preparesPermission({ ...deny, effect: 'deny' }))
    await expect(brings(record, packed.tarballs)).rejects.toMatchObject({ code: 'Forbidden' })
  })

  it('is for the appliance to carry out, and for nobody else', async () => {
    const packed = await packs('strangers', '1.0.0')
    const record = await begins(packed)
    for (const name of ['gateway', 'people', 'appview'] as const) {
      const peer = createPeerClient('org', scene.net.network, await scene.net.authAs(name))
      const params = { import: record, from: 0, count: 1 }
      const input = new Blob(packed.tarballs.map((tarball) => new Uint8Array(tarball)))
      await expect(peer.call(app.npm.operation.importVersions, { params, input })).rejects.toMatchObject({
        status: 401,
      })
    }
  })

  it.each<[string, () => Promise<string>, string]>([
    ['by somebody who does not manage', () => begunBy(scene.bob, '@acme.test/hello'), 'Forbidden'],
    ['of a name that is not the organisation’s', () => begunBy(scene.alice, '@other.test/hello'), 'NotPrivate'],
    ['of a package they may not publish', () => begunBy(scene.alice, '@acme.test/revoked'), 'Forbidden'],
  ])('cannot be begun %s', async (_, begun, code) => {
    expect(await begun()).toBe(code)
  })

  it('cannot be begun with another list, or without an approval', async () => {
    const ceremony = await scene.alice.preparesImport(await packs('swapped', '1.0.0'))
    const body = Buffer.from((await packs('swapped', '6.6.6')).bytes)
    expect(await errorOf(await scene.alice.approves({ ...ceremony, body }))).toBe('InvalidOperation')
    const unapproved = await scene.alice.preparesImport(await packs('unapproved', '1.0.0'))
    expect(await errorOf(await scene.alice.sends(unapproved))).toBe('NotAttested')
  })

  it('cannot be begun over a version that is there with other contents', async () => {
    await scene.alice.publishes('@acme.test/taken@1.0.0')
    const ceremony = await scene.alice.preparesImport(await packs('taken', '1.0.0'))
    expect(await errorOf(await scene.alice.approves(ceremony))).toBe('VersionExists')
  })

  it('keeps its list as a blob', async () => {
    const packed = await packs('blob', '1.0.0')
    const ceremony = await scene.alice.preparesImport(packed)
    const { uri } = (await (await scene.alice.approves(ceremony)).json()) as { uri: string }
    const { list } = app.npm.org.import.main.parse(
      (await proofOf(app.npm.org.import.$nsid, uri.split('/').at(-1) ?? ''))?.record,
    )
    const cid = 'ref' in list ? list.ref.toString() : ''
    const blob = await scene.proofs.peers.org.fetch('com.atproto.sync.getBlob', { did: scene.acme, cid })
    expect(Buffer.from(await blob.arrayBuffer()).equals(Buffer.from(encodeImportList(packed.list)))).toBe(true)
  })

  async function begunBy(person: Scene['alice'], name: string): Promise<string> {
    const ceremony = await person.preparesImport(await packImport(scene.acme, [`${name}@7.0.0`]))
    return errorOf(await person.approves(ceremony))
  }
})

// Byte 9 of a gzip file says on which system it was made: everything in it stays as it is.
function flipped(tarball: Buffer | undefined): Buffer {
  const copy = Buffer.from(tarball ?? [])
  copy[9] = 7
  return copy
}
