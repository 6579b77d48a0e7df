import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { rebuildIndex } from '#appview/rebuild/rebuild-index.ts'
import { publicKeyOf } from '#appview/signatures/public-key.ts'
import { app } from '#lexicons'
import { AppViewScene } from './appview-scene.ts'
import { attests, drafts, permits } from './deeds.ts'

const waitMs = { timeout: 15_000, interval: 50 }
const name = '@acme.test/hello'
const [first, second] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]

let scene: AppViewScene
let integrity: string

beforeAll(async () => {
  scene = await AppViewScene.opens({ signing: { privateKeyHex: first, former: [] } })
  const { acme, alice } = scene.parts
  const rules = ['read', 'publish'].map((action) => permits(acme, action, { subject: alice.did, action }))
  await alice.writes(rules.map((rule) => rule.approval()))
  await acme.writes(rules.map(({ write }) => write))
  const draft = await drafts(acme, { version: '1.0.0' })
  integrity = draft.integrity
  await alice.writes([attests(acme, draft)])
  await acme.writes(draft.writes)
  await scene.starts()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function signatureOf(version: string): Promise<{ keyid: string; sig: string } | undefined> {
  const params = { name, viewer: scene.parts.alice.did, form: 'abbreviated' }
  const response = await scene.parts.gateway.fetch(app.npm.registry.getPackument.$nsid, params)
  type Answer = { versions: Record<string, { dist: { signatures: { keyid: string; sig: string }[] } }> }
  return ((await response.json()) as Answer).versions[version]?.dist.signatures[0]
}

const keys = async () => (await scene.parts.gateway.call(app.npm.registry.listKeys, { params: {} })).keys

/** As npm verifies it (pacote, lib/registry.js). */
async function verifies({ keyid, sig }: { keyid: string; sig: string }, message: string): Promise<boolean> {
  const key = (await keys()).find((one) => one.keyid === keyid)
  const publicKey = createPublicKey(`-----BEGIN PUBLIC KEY-----\n${key?.key}\n-----END PUBLIC KEY-----`)
  return verify('sha256', Buffer.from(message), publicKey, Buffer.from(sig, 'base64'))
}

const signed = () =>
  vi.waitFor(async () => {
    const signature = await signatureOf('1.0.0').catch(() => undefined)
    if (signature === undefined) throw new Error('nothing is rendered yet')
    return signature
  }, waitMs)

describe('dist.signatures', () => {
  it('are over name, version and integrity, by a key that is listed', async () => {
    const signature = await signed()
    expect(await verifies(signature, `${name}@1.0.0:${integrity}`)).toBe(true)
    expect(await verifies(signature, `${name}@1.0.1:${integrity}`)).toBe(false)
    expect(signature.keyid).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/)
    expect(await keys()).toEqual([{ keyid: signature.keyid, key: publicKeyOf(first) }])
  })

  it('are the same in an index that is made anew', async () => {
    expect(await rebuildIndex(scene.parts.config, { dryRun: true })).toMatchObject({ identical: true })
  })

  it('are made anew by another key, and those of the former still verify', async () => {
    const former = await signed()
    await scene.stops()
    const expires = new Date().toISOString()
    scene.parts.config.signing = { privateKeyHex: second, former: [{ key: publicKeyOf(first), expires }] }
    await scene.starts()
    await vi.waitFor(async () => expect((await signed()).keyid).not.toBe(former.keyid), waitMs)
    expect(await verifies(await signed(), `${name}@1.0.0:${integrity}`)).toBe(true)
    expect(await verifies(former, `${name}@1.0.0:${integrity}`)).toBe(true)
    expect(await keys()).toMatchObject([{ key: publicKeyOf(second) }, { key: publicKeyOf(first), expires }])
  })
})
