import type { AtUriString, DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { AppViewScene } from './appview-scene.ts'
import { attests, type Draft, drafts, permits, type RightDraft } from './deeds.ts'

let scene: AppViewScene
let draft: Draft

beforeAll(async () => {
  scene = await AppViewScene.opens()
  const { acme, alice, gateway } = scene.parts
  await scene.starts()
  for (const action of ['publish', 'read']) await approved(permits(acme, action, { subject: alice.did, action }))
  draft = await drafts(acme, { version: '1.0.0' })
  await scene.tells(alice, [attests(acme, draft)])
  await scene.tells(acme, draft.writes)
  const params = { org: acme.did as DidString, name: draft.name, version: '1.0.0', cid: draft.record.cid }
  await gateway.call(app.npm.registry.awaitVersion, { params: { ...params, timeoutMs: 5_000 } })
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function approved(right: RightDraft): Promise<void> {
  const { acme, alice, gateway } = scene.parts
  await scene.tells(alice, [right.approval()])
  await scene.tells(acme, [right.write])
  const params = { uri: right.uri as AtUriString, cid: right.cid, timeoutMs: 5_000 }
  expect(await gateway.call(app.npm.registry.awaitRecord, { params })).toMatchObject({ effective: true })
}

async function trust(name: string, version: string, viewer = scene.parts.alice.did) {
  const params = { name, version, viewer: viewer as DidString }
  const { facts, ...answer } = await scene.parts.gateway.call(app.npm.registry.getTrust, { params })
  return { ...answer, of: (fact: string) => facts.filter((one) => one.fact === fact) }
}

describe('trust in a version of ours', () => {
  it('is told with both records as proof, and the digests of its bytes', async () => {
    const { acme, alice } = scene.parts
    const { of, ...answer } = await trust('@acme.test/hello', '1.0.0')
    expect(answer).toMatchObject({ package: '@acme.test/hello', source: 'internal', verdict: { kind: 'allow' } })
    expect(answer.sentence).toMatch(/^@acme\.test\/hello@1\.0\.0 may be installed: .* attests it/)
    const { uri, cid } = draft.record
    expect(of('record')).toMatchObject([{ stance: 'for', by: acme.did, proof: { uri, cid } }])
    const attestation = `at://${alice.did}/app.npm.publish.attestation/${cid}`
    expect(of('attestation')).toMatchObject([{ stance: 'for', by: alice.did, proof: { uri: attestation } }])
    expect(of('integrity')).toMatchObject([{ says: draft.integrity }])
    expect(of('tampering')).toMatchObject([{ stance: 'for' }])
  })

  it('is none of the business of who may not read it, and there is none in what is not there', async () => {
    const missing = { code: 'NotFound' }
    await expect(trust('@acme.test/hello', '1.0.0', scene.parts.bob.did)).rejects.toMatchObject(missing)
    await expect(trust('@acme.test/hello', '9.9.9')).rejects.toMatchObject(missing)
    await expect(trust('nothing-there', '1.0.0')).rejects.toMatchObject(missing)
  })
})

describe('trust in a version of upstream', () => {
  it('is told of one that nobody asked for before, with what its registry says', async () => {
    scene.parts.registry.offers('left-pad', {
      '1.0.0': {},
      '1.1.0': { at: new Date(scene.clock.now() - 3_600_000).toISOString(), manifest: { deprecated: 'use padStart' } },
    })
    const { of, ...answer } = await trust('left-pad', '1.1.0', scene.parts.bob.did)
    expect(answer).toMatchObject({ source: 'upstream', verdict: { kind: 'hold', check: 'minimum-age' } })
    expect(answer.sentence).toMatch(/^left-pad@1\.1\.0 is held until /)
    expect(of('age')).toMatchObject([{ stance: 'against' }])
    expect(of('deprecation')).toMatchObject([{ says: 'It is deprecated: use padStart' }])
    expect(of('shasum').length + of('integrity').length).toBeGreaterThan(0)
    expect(of('licence')).toHaveLength(1)
    expect((await trust('left-pad', '1.0.0')).verdict.kind).toBe('allow')
  })
})
