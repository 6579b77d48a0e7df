import { P256Keypair } from '@atproto/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signServiceToken, type TokenRequest } from '#common/service-auth/index.ts'
import { app, atproto } from '#lexicons'
import { EdgeScene } from './edge-scene.ts'

const { reserve, provision, putBlob, putRecords, getState } = app.npm.edge
const methods = [reserve, provision, putBlob, putRecords, getState].map(({ $lxm }) => $lxm)

/** Strangers reach an edge PDS, and it can be reached in the name of the other role; only one caller pushes. */
describe('who pushes to an edge PDS', () => {
  let scene: EdgeScene
  let did: string

  beforeAll(async () => {
    scene = await EdgeScene.opens()
    did = await scene.promotes('acme.test')
  })
  afterAll(() => scene?.[Symbol.asyncDispose]())

  async function tokenOf(change: Partial<TokenRequest> & { as?: 'org' | 'people' | 'gateway'; key?: P256Keypair }) {
    const { as = 'org', key, ...claims } = change
    const { self } = await scene.net.configFor(as)
    const keypair = key ?? (await P256Keypair.import(Buffer.from(self.privateKeyHex, 'hex')))
    const usual = { issuer: self.did, audience: scene.org.config.self.did, method: getState.$lxm }
    return signServiceToken(keypair, { ...usual, ...claims })
  }

  const asks = (nsid: string, token?: string) =>
    scene.reads('org', `xrpc/${nsid}?did=${did}&cid=${cid}&size=1&mimeType=text/plain`, {
      ...(nsid === getState.$lxm ? {} : { method: 'POST', body: '{}' }),
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(nsid === getState.$lxm
          ? {}
          : { 'content-type': nsid === putBlob.$lxm ? 'text/plain' : 'application/json' }),
      },
    })
  const cid = 'bafkreiaf372j3q2jgexribirxck2arxrj36a7icb6pnlpb5y2374hwkfmu'

  it.each(methods)('lets nobody else call %s', async (method) => {
    const strangers = [
      undefined,
      'nonsense',
      await tokenOf({ method, as: 'people' }),
      await tokenOf({ method, as: 'gateway' }),
      await tokenOf({ method, key: await P256Keypair.create() }),
      await tokenOf({ method, issuer: 'did:web:elsewhere.test' }),
      await tokenOf({ method, audience: scene.people.config.self.did }),
      await tokenOf({ method, audience: scene.net.network.peers.org.did }),
      await tokenOf({ method: atproto.getRepo }),
      await tokenOf({ method: method === getState.$lxm ? putBlob.$lxm : getState.$lxm }),
      await tokenOf({ method, lifetimeSeconds: 3600 }),
      await tokenOf({ method, lifetimeSeconds: -10 }),
    ]
    for (const token of strangers) expect((await asks(method, token)).status).toBe(401)
    expect((await asks(method, await tokenOf({ method }))).status).not.toBe(401)
  })

  it('takes each token once', async () => {
    const token = await tokenOf({})
    expect((await asks(getState.$lxm, token)).status).toBe(200)
    const again = await asks(getState.$lxm, token)
    expect(again.status).toBe(401)
    expect(await again.json()).toMatchObject({ error: 'ReplayedToken' })
  })

  it('reads no body of a stranger', async () => {
    const body = JSON.stringify({ did, writes: 'x'.repeat(3_000_000) })
    const headers = { 'content-type': 'application/json' }
    const broken = await scene.reads('org', `xrpc/${putRecords.$lxm}`, {
      method: 'POST',
      headers,
      body: `${body}broken`,
    })
    expect(broken.status).toBe(401)
    const encoded = `xrpc/${encodeURIComponent(putRecords.$lxm).replaceAll('.', '%2E')}`
    expect((await scene.reads('org', encoded, { method: 'POST', headers, body })).status).toBe(401)
  })
})
