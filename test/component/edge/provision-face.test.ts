import { readFile } from 'node:fs/promises'
import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IdentityResolver, PublicIdentities } from '#common/identity/index.ts'
import { createOutbound, outboundSchema } from '#common/outbound/index.ts'
import { app, atproto } from '#lexicons'
import { type EdgeClient, provisionFace } from '#pds/promote/index.ts'
import { EdgeScene, publicHandle } from './edge-scene.ts'

describe('a public face', () => {
  let scene: EdgeScene

  beforeAll(async () => {
    scene = await EdgeScene.opens()
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  async function resolvedOutside(did: string) {
    const directoryUrl = scene.outside.directoryUrl
    await using outbound = createOutbound({ allow: [directoryUrl], config: outboundSchema.parse({}) })
    return await new PublicIdentities({ directoryUrl, outbound, marker: scene.net.network.marker }).resolve(did)
  }

  async function hostedAt(role: 'org' | 'people'): Promise<string[]> {
    const { repos } = await scene.asks(role, atproto.listRepos)
    return (repos as { did: string }[]).map(({ did }) => did)
  }

  it.each(['org', 'people'] as const)('is the same DID with another handle, host and key (%s)', async (role) => {
    const did = await scene.promotes('twins.test', role)
    const { inside, config } = scene.sides[role]
    const within = await new IdentityResolver(scene.net.network).resolve(did)
    const outside = await resolvedOutside(did)
    expect(outside).toMatchObject({ did, handle: 'public-twins.test', pds: config.publicUrl })
    expect(within).toMatchObject({ did, handle: 'twins.test', signingKey: (await inside.signerFor(did)).did() })
    expect(outside?.signingKey).not.toBe(within?.signingKey)
    const [[genesis], [ours, identity]] = [await scene.privateLog(did), await scene.publicLog(did)]
    expect(ours).toEqual(genesis)
    const { rotationKeys } = identity as Operation
    expect(rotationKeys[0]).toBe(config.pds.recoveryKey)
    expect(rotationKeys).not.toContain((genesis as Operation).rotationKeys[0])
    expect(JSON.stringify(await scene.publicLog(did))).not.toContain(scene.net.network.marker)
    expect(await hostedAt(role)).toContain(did)
  })

  it('is made once, however often it is asked for', async () => {
    const did = await scene.promotes('often.test')
    const state = await scene.org.client.getState(did)
    expect(await scene.promotes('often.test')).toBe(did)
    expect(await scene.org.client.getState(did)).toEqual(state)
    expect(await scene.publicLog(did)).toHaveLength(2)
    expect((await hostedAt('org')).filter((hosted) => hosted === did)).toHaveLength(1)
  })

  it('has a handle that is one account’s for ever', async () => {
    const did = await scene.promotes('first.test')
    const other = await scene.hires('second.test')
    const taken = { did: other, handle: publicHandle('first.test') }
    await expect(scene.org.client.reserve(taken)).rejects.toMatchObject({ code: 'HandleTaken' })
    await expect(scene.org.client.provision(taken, await signed(other))).rejects.toMatchObject({ code: 'HandleTaken' })
    await expect(scene.org.client.reserve({ did, handle: 'elsewhere.test' })).rejects.toThrow('public-first.test')
    await expect(scene.org.client.getState(other)).rejects.toMatchObject({ code: 'RepoNotFound' })
  })

  it('is not made of anything but what was reserved', async () => {
    const did = await scene.hires('exact.test')
    const handle = 'public-exact.test'
    const reserved = await scene.org.client.reserve({ did, handle })
    const { genesis, sealed } = await unsealed(did)
    const right = {
      type: 'plc_operation' as const,
      rotationKeys: reserved.rotationKeys,
      verificationMethods: { atproto: reserved.signingKey },
      alsoKnownAs: [`at://${handle}`],
      services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: reserved.endpoint } },
    }
    const key = (await Secp256k1Keypair.create()).did()
    const inside = { type: 'AtollPrivateNetwork', endpoint: scene.net.network.peers.org.url }
    const wrong = [
      { ...right, rotationKeys: [key, reserved.rotationKeys[1] ?? ''] },
      { ...right, rotationKeys: [...reserved.rotationKeys, key] },
      { ...right, rotationKeys: [...reserved.rotationKeys].reverse() },
      { ...right, verificationMethods: { atproto: key } },
      { ...right, verificationMethods: { atproto: reserved.signingKey, other: key } },
      { ...right, alsoKnownAs: ['at://other.test'] },
      { ...right, alsoKnownAs: [...right.alsoKnownAs, 'at://other.test'] },
      { ...right, services: {} },
      { ...right, services: { ...right.services, [scene.net.network.marker]: inside } },
      { ...right, services: { atproto_pds: { ...inside, type: 'AtprotoPersonalDataServer' } } },
    ]
    for (const content of wrong) {
      const operation = await sealed(content)
      const refused = scene.org.client.provision({ did, handle }, [genesis, operation])
      await expect(refused).rejects.toMatchObject({ code: 'InvalidOperation' })
    }
    const forged = { ...(await sealed(right)), sig: (await sealed({ ...right, alsoKnownAs: [] })).sig }
    const other = (await signed(await scene.hires('exact-too.test')))[0]
    for (const operations of [
      [genesis, forged],
      [other, await sealed(right)],
      [genesis, genesis],
    ]) {
      const refused = scene.org.client.provision({ did, handle }, operations as [Operation, Operation])
      await expect(refused).rejects.toMatchObject({ code: 'InvalidOperation' })
    }
    expect(await scene.publicLog(did)).toEqual([])
    expect(await hostedAt('org')).not.toContain(did)
    await scene.org.client.provision({ did, handle }, [genesis, await sealed(right)])
    expect(await hostedAt('org')).toContain(did)
  })

  it('is not made before it is reserved', async () => {
    const did = await scene.hires('early.test')
    const refused = scene.org.client.provision({ did, handle: 'public-early.test' }, await signed(did))
    await expect(refused).rejects.toMatchObject({ code: 'FaceNotReserved' })
  })

  it('is not made where the public directory knows the account as something else', async () => {
    const did = await scene.hires('stolen.test')
    const [genesis, other] = await signed(did)
    for (const operation of [genesis, other]) expect((await submitsOutside(did, operation)).status).toBe(200)
    const refused = provisionFace(scene.org.inside, scene.org.client, { did, handle: 'public-stolen.test' })
    await expect(refused).rejects.toMatchObject({ code: 'FaceDiffers' })
    expect(await scene.publicLog(did)).toEqual([genesis, other])
    expect(await hostedAt('org')).not.toContain(did)
  })

  it('stays what it was made of', async () => {
    const did = await scene.promotes('settled.test')
    const handle = 'public-settled.test'
    const refused = scene.org.client.provision({ did, handle }, await signed(did))
    await expect(refused).rejects.toMatchObject({ code: 'FaceDiffers' })
    expect(await scene.publicLog(did)).toHaveLength(2)
  })

  it('begins with a genesis that says nothing, as the one inside does', async () => {
    const keypair = await Secp256k1Keypair.create()
    const said = {
      type: 'plc_operation',
      rotationKeys: [keypair.did()],
      verificationMethods: {},
      services: {},
      prev: null,
    }
    const genesis = await signOperation({ ...said, alsoKnownAs: ['at://loud.test'] } as never, keypair)
    const did = await didForCreateOp(genesis)
    const handle = 'public-loud.test'
    const { signingKey, rotationKeys, endpoint } = await scene.org.client.reserve({ did, handle })
    const identity = await createUpdateOp(genesis, keypair, () => ({
      type: 'plc_operation',
      rotationKeys,
      verificationMethods: { atproto: signingKey },
      alsoKnownAs: [`at://${handle}`],
      services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint } },
    }))
    const refused = scene.org.client.provision({ did, handle }, [genesis, identity])
    await expect(refused).rejects.toMatchObject({ code: 'InvalidOperation' })
    expect(await scene.publicLog(did)).toEqual([])
  })

  it('goes on where the public directory has the genesis already', async () => {
    const did = await scene.hires('half.test')
    const [genesis] = await signed(did)
    expect((await submitsOutside(did, genesis)).status).toBe(200)
    await scene.promotes('half.test')
    expect(await scene.publicLog(did)).toHaveLength(2)
  })

  it('cannot be replayed inside, nor the inside out here: before, during and after', async () => {
    const did = await scene.hires('replay.test')
    const handle = 'public-replay.test'
    const [, secret] = (await scene.privateLog(did)) as [Operation, Operation]
    expect((await submitsOutside(did, secret)).status).toBe(400)
    const reserved = await scene.org.client.reserve({ did, handle })
    const [recovery = '', edge = ''] = reserved.rotationKeys
    const operations = await scene.org.inside.signPublicFace(did, {
      ...reserved,
      handle,
      rotationKeys: [recovery, edge],
    })
    await submitsOutside(did, operations[0])
    expect((await submitsOutside(did, secret)).status).toBe(400)
    expect((await submitsInside(did, operations[1])).status).toBe(400)
    await scene.org.client.provision({ did, handle }, operations)
    expect((await submitsOutside(did, secret)).status).toBe(400)
    expect((await submitsInside(did, operations[1])).status).toBe(400)
    expect(await scene.privateLog(did)).toHaveLength(2)
    expect(await scene.publicLog(did)).toEqual(operations)
  })

  it('is signed for no host, key or handle of the inside, and for no stranger', async () => {
    const did = await scene.hires('narrow.test')
    const { inside, config } = scene.org
    const key = async () => (await Secp256k1Keypair.create()).did()
    const right = {
      handle: 'public-narrow.test',
      signingKey: await key(),
      rotationKeys: [await key(), await key()] as [string, string],
      endpoint: config.publicUrl,
    }
    const own = (await Secp256k1Keypair.import(inside.config.pds.rotationKeyHex)).did()
    const genesisKey = ((await scene.privateLog(did)) as Operation[])[0]?.rotationKeys[0] ?? ''
    const wrong = [
      { ...right, signingKey: (await inside.signerFor(did)).did() },
      { ...right, rotationKeys: [right.rotationKeys[0], own] as [string, string] },
      { ...right, rotationKeys: [genesisKey, right.rotationKeys[1]] as [string, string] },
      { ...right, rotationKeys: [right.signingKey, right.rotationKeys[1]] as [string, string] },
      { ...right, signingKey: 'did:key:nonsense' },
      { ...right, endpoint: scene.net.network.peers.people.url },
      { ...right, endpoint: `${config.publicUrl}/path` },
      { ...right, handle: 'no handle' },
    ]
    for (const face of wrong) {
      await expect(inside.signPublicFace(did, face)).rejects.toMatchObject({ code: 'InvalidOperation' })
    }
    const [genesis, identity] = await inside.signPublicFace(did, right)
    expect(genesis.rotationKeys).toEqual([genesisKey])
    expect(Object.keys(identity.services)).toEqual(['atproto_pds'])
    await expect(inside.signPublicFace('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', right)).rejects.toMatchObject({
      code: 'RepoNotFound',
    })
  })

  it('is not signed for an edge that asks for other keys or another host than are configured', async () => {
    const did = await scene.hires('pinned.test')
    const face = { did, handle: 'public-pinned.test' }
    const { inside, client } = scene.org
    const stranger = (await Secp256k1Keypair.create()).did()
    const reserves = (change: object): EdgeClient => ({
      ...client,
      reserve: async () => ({ ...(await client.reserve(face)), ...change }),
    })
    const own = (await client.reserve(face)).rotationKeys[1] ?? ''
    for (const change of [{ rotationKeys: [stranger, own] }, { endpoint: 'https://elsewhere.example' }]) {
      await expect(provisionFace(inside, reserves(change), face)).rejects.toMatchObject({ code: 'EdgeNotTrusted' })
    }
    expect(await scene.publicLog(did)).toEqual([])
  })

  /** What the inside would sign for some edge that is nobody's. */
  async function signed(did: string): Promise<[Operation, Operation]> {
    const key = async () => (await Secp256k1Keypair.create()).did()
    return scene.org.inside.signPublicFace(did, {
      handle: 'somebody.test',
      signingKey: await key(),
      rotationKeys: [await key(), await key()],
      endpoint: 'https://nobody.example',
    })
  }

  /** Somebody who broke into the inside and has the key of the account's genesis. */
  async function unsealed(did: string) {
    const file = `${scene.org.inside.config.dataDir}/sealed/${did.replaceAll(':', '_')}`
    const { genesis, privateKeyHex } = JSON.parse(await readFile(file, 'utf8')) as {
      genesis: Operation
      privateKeyHex: string
    }
    const keypair = await Secp256k1Keypair.import(privateKeyHex)
    const sealed = (content: object) => createUpdateOp(genesis, keypair, () => content as never)
    return { genesis, sealed }
  }

  function submitsOutside(did: string, operation: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return fetch(`${scene.outside.directoryUrl}/${did}`, { method: 'POST', headers, body: JSON.stringify(operation) })
  }

  /** With the token of the org PDS itself. */
  async function submitsInside(did: string, operation: unknown): Promise<Response> {
    const token = await (await scene.net.authAs('org')).tokenFor('directory', app.npm.directory.submit.$nsid)
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const url = `${scene.net.network.peers.directory.url}/${did}`
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(operation) })
  }

  it('keeps its host: an edge that is given another address does not start, unless nothing was made public', async () => {
    await scene.promotes('settled.test', 'people')
    for (const role of ['people', 'org'] as const) await scene.stopEdge(role)
    const { config } = scene.people
    const { publicUrl } = config
    config.publicUrl = 'https://moved.example.com'
    try {
      await expect(scene.startEdge('people')).rejects.toThrow(`names ${publicUrl}, and the settings`)
    } finally {
      config.publicUrl = publicUrl
      await scene.startEdge('people')
      await scene.startEdge('org')
    }
    await using fresh = await EdgeScene.opens()
    await fresh.stopEdge('org')
    fresh.org.config.publicUrl = 'https://moved.example.com'
    await fresh.startEdge('org')
  })
})
