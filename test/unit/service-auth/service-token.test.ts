import { type Keypair, P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '#common/clock/index.ts'
import type { Peer, PeerName } from '#common/config/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { createPeerAuth, type JtiStore, signServiceToken, verifyServiceToken } from '#common/service-auth/index.ts'

const issuer = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const audience = 'did:web:org.test'
const method = 'app.npm.operation.publish'
const op = sha256('an operation')

class UsedOnce implements JtiStore {
  readonly used = new Set<string>()

  async use(from: string, jti: string): Promise<boolean> {
    const key = `${from} ${jti}`
    return this.used.size < this.used.add(key).size
  }
}

let keypair: Keypair
let jtis: UsedOnce
const asked: boolean[] = []

beforeEach(async () => {
  keypair = await Secp256k1Keypair.create()
  jtis = new UsedOnce()
  asked.length = 0
})

const sign = (changes: object = {}, key = keypair) =>
  signServiceToken(key, { issuer, audience, method, op, ...changes })

const verify = (token: string, changes: object = {}) =>
  verifyServiceToken(token, {
    audience,
    method,
    op,
    maxLifetimeSeconds: 60,
    keyOf: async (_, fresh) => {
      asked.push(fresh)
      return keypair.did()
    },
    jtis,
    ...changes,
  })

/** A token with other claims, properly signed. */
async function forge(claims: object, header: object = {}, signer = keypair): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const base = {
    iss: issuer,
    aud: audience,
    lxm: method,
    op: op.toString('base64url'),
    jti: 'j'.repeat(22),
    iat: now,
    exp: now + 60,
  }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ typ: 'JWT', alg: signer.jwtAlg, ...header })}.${encode({ ...base, ...claims })}`
  return `${signed}.${Buffer.from(await signer.sign(Buffer.from(signed))).toString('base64url')}`
}

const at = (secondsFromNow: number): { clock: Clock } => ({ clock: { now: () => Date.now() + secondsFromNow * 1000 } })

describe('a service token', () => {
  it.each([Secp256k1Keypair, P256Keypair])(
    'counts for its caller, audience, method and operation (%o)',
    async (curve) => {
      keypair = await curve.create()
      expect(await verify(await sign())).toMatchObject({
        iss: issuer,
        aud: audience,
        lxm: method,
        op: op.toString('base64url'),
      })
      expect(asked).toEqual([false])
    },
  )

  it('counts once', async () => {
    const token = await sign()
    await verify(token)
    await expect(verify(token)).rejects.toMatchObject({ code: 'ReplayedToken', status: 401 })
    await expect(verify(await sign())).resolves.toBeDefined()
  })

  it.each([
    ['another audience', { audience: 'did:web:people.test' }],
    ['another method', { method: 'app.npm.operation.putTeam' }],
    ['another operation', { op: sha256('another') }],
    ['no operation', { op: undefined }],
  ])('for %s does not count', async (_, changes) => {
    await expect(verify(await sign(changes))).rejects.toMatchObject({ code: 'InvalidToken' })
    // And the other way round: it does not count where less is asked.
    await expect(verify(await sign(), changes)).rejects.toMatchObject({ code: 'InvalidToken' })
    expect(jtis.used.size).toBe(0)
  })

  it('does not count before its time, after it, or when it lives too long', async () => {
    await expect(verify(await sign(), at(61))).rejects.toMatchObject({ code: 'StaleToken' })
    await expect(verify(await sign(), at(-10))).rejects.toMatchObject({ code: 'StaleToken' })
    await expect(verify(await sign({ lifetimeSeconds: 61 }))).rejects.toMatchObject({ code: 'StaleToken' })
    await expect(verify(await sign(), at(-4))).resolves.toBeDefined()
    await expect(verify(await sign(), at(59))).resolves.toBeDefined()
  })

  it('by somebody who may not call does not count', async () => {
    await expect(verify(await sign(), { keyOf: async () => undefined })).rejects.toMatchObject({
      code: 'UntrustedIssuer',
    })
  })

  it('signed by somebody else does not count, even after asking for the key again', async () => {
    await expect(verify(await sign({}, await Secp256k1Keypair.create()))).rejects.toMatchObject({
      code: 'InvalidToken',
    })
    expect(asked).toEqual([false, true])
    expect(jtis.used.size).toBe(0)
  })

  it('signed with a key that was changed just now counts after asking for the key again', async () => {
    const old = await Secp256k1Keypair.create()
    const keyOf = async (_: string, fresh: boolean) => (fresh ? keypair.did() : old.did())
    await expect(verify(await sign(), { keyOf })).resolves.toBeDefined()
  })

  it('whose signature was turned into its twin does not count', async () => {
    const [header, claims, signature = ''] = (await sign()).split('.')
    const bytes = Buffer.from(signature, 'base64url')
    const order = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141')
    const twin = (order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
    const high = Buffer.concat([bytes.subarray(0, 32), Buffer.from(twin, 'hex')]).toString('base64url')
    await expect(verify(`${header}.${claims}.${high}`)).rejects.toMatchObject({ code: 'InvalidToken' })
  })

  it('with a changed claim does not count', async () => {
    const [header, , signature] = (await sign()).split('.')
    const [, claims] = (await forge({ iss: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb' })).split('.')
    await expect(verify(`${header}.${claims}.${signature}`)).rejects.toMatchObject({ code: 'InvalidToken' })
  })

  it.each([
    ['alg none', {}, { alg: 'none' }],
    ['another algorithm', {}, { alg: 'ES256' }],
    ['no type', {}, { typ: undefined }],
    ['an access token type', {}, { typ: 'at+jwt' }],
    ['no jti', { jti: undefined }, {}],
    ['a short jti', { jti: '1' }, {}],
    ['an issuer that is no DID', { iss: 'alice' }, {}],
    ['no expiry', { exp: undefined }, {}],
    ['an expiry that is no number', { exp: '9999999999' }, {}],
    ['an operation of another length', { op: 'AAAA' }, {}],
  ])('with %s does not count', async (_, claims, header) => {
    await expect(verify(await forge(claims, header))).rejects.toMatchObject({ code: 'InvalidToken' })
  })

  it.each(['', '.', '..', 'a.b.c', 'a.b', 'a.b.c.d', `${'a'.repeat(5000)}.b.c`])('%j is none', async (token) => {
    await expect(verify(token)).rejects.toMatchObject({ code: 'InvalidToken' })
  })
})

describe('components', () => {
  async function component(name: PeerName) {
    const key = await P256Keypair.create({ exportable: true })
    const did = `did:web:${name}.test`
    const privateKeyHex = Buffer.from(await key.export()).toString('hex')
    return { peer: { did, url: `http://${name}.test`, key: key.did() } as Peer, self: { did, privateKeyHex } }
  }

  it('know each other by the keys that were pinned, and let in only whom a method is for', async () => {
    const [gateway, appview, relay] = await Promise.all([
      component('gateway'),
      component('appview'),
      component('relay'),
    ])
    const peers = { gateway: gateway.peer, appview: appview.peer, relay: relay.peer } as Record<PeerName, Peer>
    const network = { peers } as Parameters<typeof createPeerAuth>[0]['network']
    const [caller, stranger, callee] = await Promise.all([
      createPeerAuth({ self: gateway.self, network }, new UsedOnce()),
      createPeerAuth({ self: relay.self, network }, new UsedOnce()),
      createPeerAuth({ self: appview.self, network }, jtis),
    ])
    const token = await caller.tokenFor('appview', method)
    expect(await callee.verify(token, method, ['gateway'])).toMatchObject({ iss: caller.did, aud: callee.did })
    await expect(callee.verify(token, method, ['gateway'])).rejects.toMatchObject({ code: 'ReplayedToken' })
    const other = await stranger.tokenFor('appview', method)
    await expect(callee.verify(other, method, ['gateway'])).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    const astray = await caller.tokenFor('relay', method)
    await expect(callee.verify(astray, method, ['gateway'])).rejects.toMatchObject({ code: 'InvalidToken' })
  })
})
