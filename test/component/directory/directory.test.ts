import { Secp256k1Keypair } from '@atproto/crypto'
import { createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PeerName } from '#common/config/index.ts'
import { buildGenesis, IdentityResolver } from '#common/identity/index.ts'
import { app } from '#lexicons'
import { Directory } from '#pds/directory/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'

const submitMethod = app.npm.directory.submit.$nsid

describe('the directory', () => {
  let net: TestNetwork
  let directory: Directory

  beforeAll(async () => {
    net = await testNetwork()
    directory = await Directory.start(await net.configFor('directory'))
  })
  afterAll(async () => {
    await directory[Symbol.asyncDispose]()
    await net[Symbol.asyncDispose]()
  })

  async function submit(did: string, operation: object, as: PeerName = 'people', method: string = submitMethod) {
    const auth = await net.authAs(as)
    return fetch(`${directory.url}/${did}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await auth.tokenFor('directory', method)}`,
      },
      body: JSON.stringify(operation),
    })
  }

  async function newIdentity() {
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    return { keypair, ...(await buildGenesis(keypair)) }
  }

  function identityOperation(genesis: Operation, keypair: Secp256k1Keypair, change: object = {}) {
    const endpoint = net.network.peers.people.url
    return createUpdateOp(genesis, keypair, () => ({
      type: 'plc_operation',
      rotationKeys: [keypair.did()],
      verificationMethods: { atproto: keypair.did() },
      alsoKnownAs: ['at://alice.test'],
      services: {
        atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint },
        [net.network.marker]: { type: 'AtollPrivateNetwork', endpoint },
      },
      ...change,
    }))
  }

  it('takes an empty genesis and a marked operation from a PDS, and the identity then resolves', async () => {
    const { did, op, keypair } = await newIdentity()
    expect((await submit(did, op)).status).toBe(200)
    expect((await submit(did, await identityOperation(op, keypair))).status).toBe(200)
    const account = await new IdentityResolver(net.network).resolve(did)
    expect(account).toMatchObject({ handle: 'alice.test', role: 'people', signingKey: keypair.did() })
  })

  it('refuses an operation without the marker', async () => {
    const { did, op, keypair } = await newIdentity()
    await submit(did, op)
    const endpoint = net.network.peers.people.url
    const unmarked = await identityOperation(op, keypair, {
      services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint } },
    })
    const response = await submit(did, unmarked)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'InvalidOperation' })
    expect(await (await fetch(`${directory.url}/${did}/log`)).json()).toHaveLength(1)
  })

  it('refuses a genesis that says anything', async () => {
    const keypair = await Secp256k1Keypair.create({ exportable: true })
    const { sig: _, ...genesis } = (await buildGenesis(keypair)).op
    const op = await signOperation({ ...genesis, alsoKnownAs: ['at://alice.test'] }, keypair)
    expect((await submit(await didForCreateOp(op), op)).status).toBe(400)
  })

  it('refuses an operation that names the PDS of the other role', async () => {
    const { did, op, keypair } = await newIdentity()
    await submit(did, op)
    expect((await submit(did, await identityOperation(op, keypair), 'org')).status).toBe(400)
  })

  it('refuses an operation signed by a key that is not a rotation key', async () => {
    const { did, op } = await newIdentity()
    await submit(did, op)
    const stranger = await Secp256k1Keypair.create()
    expect((await submit(did, await identityOperation(op, stranger))).status).toBe(400)
  })

  it.each(['gateway', 'appview', 'relay'] as const)('takes nothing from the %s', async (name) => {
    const { did, op } = await newIdentity()
    expect((await submit(did, op, name)).status).toBe(401)
  })

  it('takes nothing without a token, nor with a token for another method', async () => {
    const { did, op } = await newIdentity()
    const bare = await fetch(`${directory.url}/${did}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(op),
    })
    expect(bare.status).toBe(401)
    expect((await submit(did, op, 'people', app.npm.registry.resolveName.$nsid)).status).toBe(401)
  })

  it('refuses operations larger than 7.5 kB', async () => {
    const { did, op } = await newIdentity()
    expect((await submit(did, { ...op, padding: 'x'.repeat(8_000) })).status).toBe(413)
  })

  it('knows no DIDs of another length, and exports nothing', async () => {
    const { did, op } = await newIdentity()
    expect((await submit(`${did}a`, op)).status).toBe(404)
    expect((await fetch(`${directory.url}/${did.slice(0, -1)}`)).status).toBe(404)
    expect((await fetch(`${directory.url}/export`)).status).toBe(404)
  })

  it('answers the reads of did:plc', async () => {
    const { did, op, keypair } = await newIdentity()
    await submit(did, op)
    await submit(did, await identityOperation(op, keypair))
    const read = async (path: string) => (await fetch(`${directory.url}/${did}${path}`)).json()
    expect(await read('')).toMatchObject({ id: did, alsoKnownAs: ['at://alice.test'] })
    expect(await read('/data')).toMatchObject({ did })
    expect(await read('/log/audit')).toHaveLength(2)
    expect((await fetch(`${directory.url}/did:plc:bbbbbbbbbbbbbbbbbbbbbbbb/log`)).status).toBe(404)
  })
})
