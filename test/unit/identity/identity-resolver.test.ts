import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { addSignature, createUpdateOp, didForCreateOp, signOperation, type UnsignedOperation } from '@did-plc/lib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { NetworkConfig } from '#common/config/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { cidOfRecord } from '#common/records/index.ts'

const marker = 'atoll_marker_of_the_private_network_x'
const hosts = { org: ['http://org.test'], people: ['http://people.test'] }

/** The log of an account as Atoll makes it: a genesis that says nothing, then the operation of the private network. */
async function accountLog(changes: Partial<UnsignedOperation> = {}) {
  const rotation = await Secp256k1Keypair.create()
  const signing = await Secp256k1Keypair.create()
  const empty = { type: 'plc_operation' as const, verificationMethods: {}, alsoKnownAs: [], services: {}, prev: null }
  const genesis = await signOperation({ ...empty, rotationKeys: [rotation.did()] }, rotation)
  const second = await createUpdateOp(genesis, rotation, () => ({
    type: 'plc_operation',
    rotationKeys: [rotation.did()],
    verificationMethods: { atproto: signing.did() },
    alsoKnownAs: ['at://alice.test'],
    services: {
      atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: 'http://people.test' },
      [marker]: { type: 'AtollPrivateNetwork', endpoint: 'http://directory.test' },
    },
    ...changes,
  }))
  return { did: await didForCreateOp(genesis), log: [genesis, second] as object[], rotation, signing, genesis, second }
}

let directory: Server
let logs: Map<string, unknown>
let asked: string[]
let breaks: boolean
let now: number
let resolver: IdentityResolver

beforeAll(async () => {
  directory = createServer((request, response) => {
    const did = request.url?.split('/')[1] ?? ''
    asked.push(did)
    if (breaks) return void response.writeHead(500).end()
    if (!logs.has(did)) return void response.writeHead(404).end()
    response.end(JSON.stringify(logs.get(did)))
  })
  await new Promise<void>((resolve) => directory.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  directory.closeAllConnections()
  await new Promise((resolve) => directory.close(resolve))
})

beforeEach(() => {
  logs = new Map()
  asked = []
  breaks = false
  now = Date.now()
  const url = `http://127.0.0.1:${(directory.address() as AddressInfo).port}`
  const network = { marker, hosts, peers: { directory: { did: 'did:web:directory.test', url, key: 'did:key:x' } } }
  resolver = new IdentityResolver(network as unknown as NetworkConfig, { now: () => now })
})

describe('an account', () => {
  it('is what its operation log says', async () => {
    const { did, log, signing } = await accountLog()
    logs.set(did, log)
    expect(await resolver.resolve(did)).toEqual({
      did,
      handle: 'alice.test',
      formerHandles: [],
      pds: 'http://people.test',
      role: 'people',
      signingKey: signing.did(),
    })
  })

  it('remembers every handle it had, each once', async () => {
    const { did, log, rotation, second } = await accountLog()
    const renamed = async (last: typeof second, handle: string) =>
      createUpdateOp(last, rotation, (op) => ({ ...op, alsoKnownAs: [`at://${handle}`] }))
    const third = await renamed(second, 'new.test')
    const fourth = await renamed(third, 'alice.test')
    logs.set(did, [...log, third, fourth, await renamed(fourth, 'newest.test')])
    const expected = { handle: 'newest.test', formerHandles: ['alice.test', 'new.test'] }
    expect(await resolver.resolve(did)).toMatchObject(expected)
  })

  it.each([
    ['http://org.test', 'org'],
    ['http://people.test', 'people'],
    ['http://elsewhere.test', undefined],
    ['http://people.test.evil.test', undefined],
    ['http://people.test:81', undefined],
  ])('on %s has the role %s', async (endpoint, role) => {
    const pds = { type: 'AtprotoPersonalDataServer', endpoint }
    const { did, log } = await accountLog({
      services: { atproto_pds: pds, [marker]: { type: 'x', endpoint: 'http://x' } },
    })
    logs.set(did, log)
    expect((await resolver.resolve(did))?.role).toBe(role)
  })

  it('of another network, without our marker, is none of ours', async () => {
    const services = { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: 'http://people.test' } }
    const { did, log } = await accountLog({ services })
    logs.set(did, log)
    expect(await resolver.resolve(did)).toBeUndefined()
  })

  it('that has only its genesis, or no key, or nobody knows, is none', async () => {
    const { did, log } = await accountLog()
    logs.set(did, log.slice(0, 1))
    expect(await resolver.resolve(did)).toBeUndefined()
    const keyless = await accountLog({ verificationMethods: {} })
    logs.set(keyless.did, keyless.log)
    expect(await resolver.resolve(keyless.did)).toBeUndefined()
    expect(await resolver.resolve('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')).toBeUndefined()
  })

  it.each(['did:web:evil.test', 'did:plc:short', 'did:plc:../../x', '', 'did:plc:AAAAAAAAAAAAAAAAAAAAAAAA'])(
    'is not looked for under %j',
    async (did) => {
      expect(await resolver.resolve(did)).toBeUndefined()
      expect(asked).toEqual([])
    },
  )
})

describe('what a directory cannot do', () => {
  const evil = { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: 'http://org.test' } }

  it.each<[string, (account: Awaited<ReturnType<typeof accountLog>>, attacker: Keypair) => Promise<unknown>]>([
    [
      'change an operation',
      async ({ genesis, second }) => [genesis, { ...second, services: { ...second.services, ...evil } }],
    ],
    [
      'sign one itself',
      async ({ log, second }, attacker) => [
        ...log,
        await createUpdateOp(second, attacker, (op) => ({ ...op, services: { ...op.services, ...evil } })),
      ],
    ],
    ['give the log of another account', async () => (await accountLog()).log],
    ['leave out the genesis', async ({ second }) => [second]],
    [
      'leave one out in between',
      async ({ genesis, second, rotation }) => [genesis, await createUpdateOp(second, rotation, (op) => op)],
    ],
    ['give nothing', async () => []],
    ['give something else', async () => ({ did: 'x' })],
    ['give a log without end', async ({ log }) => Array.from({ length: 1001 }, () => log[0])],
  ])('%s', async (_, tamper) => {
    const account = await accountLog()
    logs.set(account.did, await tamper(account, await Secp256k1Keypair.create()))
    await expect(resolver.resolve(account.did)).rejects.toMatchObject({
      code: 'IdentityInvalid',
      details: { did: account.did },
    })
  })

  it('make us wait or read for ever: failing is said, and not remembered', async () => {
    const { did, log } = await accountLog()
    breaks = true
    await expect(resolver.resolve(did)).rejects.toMatchObject({ code: 'DirectoryUnavailable', status: 503 })
    breaks = false
    logs.set(did, 'x'.repeat(4_000_001))
    await expect(resolver.resolve(did)).rejects.toMatchObject({ code: 'DirectoryUnavailable' })
    logs.set(did, log)
    expect(await resolver.resolve(did)).toBeDefined()
  })
})

describe('the cache of identities', () => {
  it('asks once for many, and again when asked to or after five minutes', async () => {
    const { did, log } = await accountLog()
    logs.set(did, log)
    await Promise.all(Array.from({ length: 5 }, () => resolver.resolve(did)))
    await resolver.resolve(did)
    expect(asked).toHaveLength(1)
    await resolver.resolve(did, { fresh: true })
    expect(asked).toHaveLength(2)
    now += 5 * 60_000
    await resolver.resolve(did)
    expect(asked).toHaveLength(3)
    resolver.forget(did)
    await resolver.resolve(did)
    expect(asked).toHaveLength(4)
  })

  it('knows a changed key as soon as it is asked freshly', async () => {
    const { did, log, second, rotation } = await accountLog()
    logs.set(did, log)
    await resolver.resolve(did)
    const next = await Secp256k1Keypair.create()
    const third = await createUpdateOp(second, rotation, (op) => ({
      ...op,
      verificationMethods: { atproto: next.did() },
    }))
    logs.set(did, [...log, third])
    expect((await resolver.resolve(did))?.signingKey).not.toBe(next.did())
    expect((await resolver.resolve(did, { fresh: true }))?.signingKey).toBe(next.did())
    expect((await resolver.resolve(did))?.signingKey).toBe(next.did())
  })

  it('forgets an account that is no more', async () => {
    const { did, log, second, rotation } = await accountLog()
    logs.set(did, log)
    expect(await resolver.resolve(did)).toBeDefined()
    logs.set(did, [...log, await addSignature({ type: 'plc_tombstone', prev: cidOfRecord(second) }, rotation)])
    expect(await resolver.resolve(did, { fresh: true })).toBeUndefined()
    expect(await resolver.resolve(did)).toBeUndefined()
  })

  it('finds an account that was made after it was asked for in vain', async () => {
    const { did, log } = await accountLog()
    expect(await resolver.resolve(did)).toBeUndefined()
    logs.set(did, log)
    expect(await resolver.resolve(did)).toBeDefined()
  })
})
