import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Secp256k1Keypair } from '@atproto/crypto'
import { addSignature, createUpdateOp, didForCreateOp, type Operation, signOperation } from '@did-plc/lib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PublicIdentities } from '#common/identity/index.ts'
import { createOutbound, type Outbound, outboundSchema } from '#common/outbound/index.ts'
import { cidOfRecord } from '#common/records/index.ts'
import { privateAuthority } from '#test/support/private-authority.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

const marker = 'atoll_marker_of_the_private_network_x'
const pds = { type: 'AtprotoPersonalDataServer', endpoint: 'https://pds.lib.test' }

let directory: Awaited<ReturnType<typeof tinyServer>>
let outbound: Outbound
let identities: PublicIdentities
let now: number
let asked: number
let breaks: boolean
const logs = new Map<string, unknown>()
const opened = new AsyncDisposableStack()

beforeAll(async () => {
  directory = opened.use(
    await tinyServer((request, response) => {
      asked += 1
      const log = logs.get(request.url?.split('/')[1] ?? '')
      response.statusCode = breaks ? 500 : log === undefined ? 404 : 200
      response.end(JSON.stringify(log ?? { message: 'DID not registered' }))
    }),
  )
  outbound = opened.use(createOutbound({ allow: [directory.url], config: outboundSchema.parse({}) }))
})
afterAll(() => opened.disposeAsync())

beforeEach(() => {
  asked = 0
  breaks = false
  now = Date.now()
  identities = new PublicIdentities({ directoryUrl: directory.url, outbound, marker, clock: { now: () => now } })
})

async function account(says: Partial<Operation> = {}) {
  const rotation = await Secp256k1Keypair.create()
  const signing = await Secp256k1Keypair.create()
  const genesis = await signOperation(
    {
      type: 'plc_operation',
      rotationKeys: [rotation.did()],
      verificationMethods: { atproto: signing.did() },
      alsoKnownAs: ['at://Lib.test'],
      services: { atproto_pds: pds },
      prev: null,
      ...says,
    },
    rotation,
  )
  const did = await didForCreateOp(genesis)
  logs.set(did, [genesis])
  return { did, genesis, rotation, signing }
}

describe('an account of the public directory', () => {
  it('is what its operation log says', async () => {
    const { did, signing } = await account()
    const found = { did, handle: 'lib.test', pds: pds.endpoint, signingKey: signing.did() }
    expect(await identities.resolve(did)).toEqual(found)
  })

  it('has its PDS at an origin, however it writes it', async () => {
    const { did } = await account({ services: { atproto_pds: { ...pds, endpoint: 'https://PDS.lib.test:443/' } } })
    expect(await identities.resolve(did)).toMatchObject({ pds: 'https://pds.lib.test' })
  })

  it('has no handle when the one it names is none', async () => {
    const { did } = await account({ alsoKnownAs: ['at://not a handle', 'at://lib.test'] })
    expect(await identities.resolve(did)).toMatchObject({ handle: undefined })
  })

  it.each([
    ['without a PDS', { services: {} }],
    ['without a signing key', { verificationMethods: {} }],
    ['whose PDS is no web server', { services: { atproto_pds: { ...pds, endpoint: 'file:///etc/passwd' } } }],
  ])('is none %s', async (_, says) => {
    const { did } = await account(says)
    expect(await identities.resolve(did)).toBeUndefined()
  })

  it('is none when it was tombstoned, or never was', async () => {
    const { did, genesis, rotation } = await account()
    logs.set(did, [genesis, await addSignature({ type: 'plc_tombstone', prev: cidOfRecord(genesis) }, rotation)])
    expect(await identities.resolve(did)).toBeUndefined()
    expect(await identities.resolve('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')).toBeUndefined()
  })

  it('is refused when a key that was not there signed its log', async () => {
    const { did, genesis } = await account()
    const stranger = await Secp256k1Keypair.create()
    logs.set(did, [genesis, await createUpdateOp(genesis, stranger, (op) => op)])
    await expect(identities.resolve(did)).rejects.toMatchObject({ code: 'IdentityInvalid' })
  })

  it('is refused when its log is that of the private network, even if a later operation hides it', async () => {
    const { did, genesis, rotation } = await account()
    const marked = await createUpdateOp(genesis, rotation, (op) => ({
      ...op,
      services: { ...op.services, [marker]: { type: 'AtollPrivateNetwork', endpoint: 'http://directory.test' } },
    }))
    logs.set(did, [genesis, marked, await createUpdateOp(marked, rotation, () => genesis)])
    await expect(identities.resolve(did)).rejects.toMatchObject({ code: 'IdentityInvalid' })
  })

  it('is refused when its log is longer than it may be', async () => {
    const { did } = await account()
    logs.set(did, 'x'.repeat(4_000_001))
    await expect(identities.resolve(did)).rejects.toMatchObject({ code: 'IdentityInvalid' })
  })

  it('is remembered for five minutes, unless it is asked for anew or forgotten', async () => {
    const { did } = await account()
    await identities.resolve(did)
    await identities.resolve(did)
    expect(asked).toBe(1)
    await identities.resolve(did, { fresh: true })
    identities.forget(did)
    await identities.resolve(did)
    expect(asked).toBe(3)
    now += 5 * 60_000
    await identities.resolve(did)
    expect(asked).toBe(4)
  })

  it('is not known while the directory does not answer', async () => {
    const { did } = await account()
    breaks = true
    await expect(identities.resolve(did)).rejects.toMatchObject({ code: 'DirectoryUnavailable' })
  })

  it('is not asked for under anything that is no DID', async () => {
    for (const did of ['did:plc:../../export', 'did:key:z6Mk', 'did:web:lib.test:users:alice', 'did:web:lib.test/x']) {
      expect(await identities.resolve(did)).toBeUndefined()
    }
    expect(asked).toBe(0)
  })
})

describe('a did:web', () => {
  let origin: string
  let did: string
  let document: object
  let web: PublicIdentities

  beforeAll(async () => {
    const authority = await privateAuthority(['localhost'])
    const server = createTlsServer(authority.server, ({ url }, response) => {
      response.statusCode = url === '/.well-known/did.json' ? 200 : 404
      response.end(JSON.stringify(document))
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    opened.defer(() => new Promise((resolve) => server.close(() => resolve())))
    opened.defer(() => server.closeAllConnections())
    const { port } = server.address() as AddressInfo
    origin = `https://localhost:${port}`
    did = `did:web:localhost%3A${port}`
    const trusting = createOutbound({ allow: [origin], config: outboundSchema.parse({ ca: [authority.ca] }) })
    web = new PublicIdentities({ directoryUrl: directory.url, outbound: opened.use(trusting) })
  })

  async function says(change: object = {}) {
    const signing = await Secp256k1Keypair.create()
    document = {
      id: did,
      alsoKnownAs: ['at://lib.test'],
      verificationMethod: [
        { id: `${did}#atproto`, type: 'Multikey', publicKeyMultibase: signing.did().replace('did:key:', '') },
      ],
      service: [{ id: '#atproto_pds', type: pds.type, serviceEndpoint: pds.endpoint }],
      ...change,
    }
    web.forget(did)
    return signing.did()
  }

  it('is what its host says', async () => {
    const signingKey = await says()
    expect(await web.resolve(did)).toEqual({ did, handle: 'lib.test', pds: pds.endpoint, signingKey })
  })

  it.each([
    ['speaks of another account', { id: 'did:web:lib.test' }],
    ['names no key', { verificationMethod: [] }],
    ['says something else altogether', { service: 'none' }],
  ])('is none when its host %s', async (_, change) => {
    await says(change)
    expect(await web.resolve(did)).toBeUndefined()
  })

  it('is none when its host is a private one that nobody configured', async () => {
    await says()
    expect(await identities.resolve(did)).toBeUndefined()
  })
})
