import { Secp256k1Keypair } from '@atproto/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Account, Identities } from '#common/identity/index.ts'
import { signServiceToken, type TokenRequest } from '#common/service-auth/index.ts'
import { createVerifyLogin } from '#gateway/auth/sign-in/index.ts'
import { app } from '#lexicons'

const audience = 'did:web:gateway.test'
const method = app.npm.gateway.login.$nsid

let key: Secp256k1Keypair
let accounts: Map<string, Account>

function accountOf(name: string, role: Account['role'], signingKey: string): [string, Account] {
  const did = `did:plc:${name.padEnd(24, 'a')}`
  return [did, { did, handle: `${name}.people.test`, pds: 'http://pds.test', role, signingKey }]
}

beforeAll(async () => {
  key = await Secp256k1Keypair.create()
  const stranger = await Secp256k1Keypair.create()
  accounts = new Map([
    accountOf('alice', 'people', key.did()),
    accountOf('acme', 'org', key.did()),
    accountOf('elsewhere', undefined, key.did()),
    accountOf('bob', 'people', stranger.did()),
  ])
})

function verifier() {
  const identities: Identities = { resolve: async (did) => accounts.get(did), forget: () => {} }
  const used = new Set<string>()
  const jtis = { use: async (_issuer: string, jti: string) => used.size < used.add(jti).size }
  return createVerifyLogin({ audience, identities, jtis })
}

const issuer = (name: string) => `did:plc:${name.padEnd(24, 'a')}`
const sign = (changes: Partial<TokenRequest> = {}) =>
  signServiceToken(key, { issuer: issuer('alice'), audience, method, ...changes })

describe('the JWT of a sign-in', () => {
  it('says whose it is, once', async () => {
    const verify = verifier()
    const jwt = await sign()
    expect(await verify(jwt)).toEqual({ did: issuer('alice'), handle: 'alice.people.test' })
    await expect(verify(jwt)).rejects.toMatchObject({ code: 'ReplayedToken' })
  })

  it.each<[string, Partial<TokenRequest>, string]>([
    ['an organisation', { issuer: issuer('acme') }, 'UntrustedIssuer'],
    ['an account of another host', { issuer: issuer('elsewhere') }, 'UntrustedIssuer'],
    ['somebody nobody knows', { issuer: issuer('nobody') }, 'UntrustedIssuer'],
    ['somebody with another key', { issuer: issuer('bob') }, 'InvalidToken'],
    ['somebody who meant another component', { audience: 'did:web:org.test' }, 'InvalidToken'],
    ['somebody who meant another method', { method: app.npm.operation.publish.$nsid }, 'InvalidToken'],
    ['somebody who approved an operation with it', { op: new Uint8Array(32) }, 'InvalidToken'],
    ['somebody who signs far ahead', { lifetimeSeconds: 61 }, 'StaleToken'],
    ['somebody who signed long ago', { lifetimeSeconds: -1 }, 'StaleToken'],
  ])('is refused when it is from %s', async (_who, changes, code) => {
    await expect(verifier()(await sign(changes))).rejects.toMatchObject({ code })
  })
})
