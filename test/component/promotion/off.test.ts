import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvePromotion, composeOperation, requestPromotion } from '#common/operations/index.ts'
import { createTid } from '#common/records/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type Scene as OrgScene, openScene } from '../org/scene.ts'
import { Scene as PeopleScene } from '../people/scene.ts'

const { operation } = app.npm
const off = { code: 'PromotionOff' }

describe('where nothing is made public', () => {
  let org: OrgScene
  let people: PeopleScene

  beforeAll(async () => {
    org = await openScene()
    people = await PeopleScene.open()
  })
  afterAll(async () => {
    await org?.[Symbol.asyncDispose]()
    await people?.[Symbol.asyncDispose]()
  })

  it('nobody asks for a promotion, or approves one', async () => {
    const createdAt = new Date().toISOString()
    const version = { version: '1.0.0', cid: 'bafyreih7ecgiu6nwclrsjwvxzo7ovr3knzmxkkvhiyuxkrcj6a6vlbkrti' }
    const asked = { id: createTid(), name: '@acme.test/ui', versions: [version], follow: 'manual' as const }
    const request = { ...asked, requestedBy: org.alice.did, createdAt }
    const expiry = Math.floor(Date.now() / 1000) + 300
    for (const [{ procedure }, input] of [
      [requestPromotion, request],
      [approvePromotion, { request, attest: [], createdAt }],
    ] as const) {
      // That it is another operation's ceremony is not even looked at.
      const ceremony = await org.alice.preparesTag({ name: asked.name, tag: 'next', version: '1.0.0' })
      const { bytes, op } = composeOperation({ org: org.acme, procedure, input, expiry })
      const answer = await org.alice.sends({ ...ceremony, procedure, bytes, op })
      expect(await answer.json(), procedure).toMatchObject({ error: off.code })
    }
  })

  it('nothing is checked, and nobody named', async () => {
    const gateway = createPeerClient('org', org.net.network, await org.net.authAs('gateway'))
    const asked = { org: org.acme, name: '@acme.test/ui', versions: ['1.0.0'] } as never
    await expect(gateway.call(operation.checkPromotion, { input: asked })).rejects.toMatchObject(off)
    const pds = await people.callAs('org')
    const named = { org: people.acme, promotion: '3kabcdefghi22' } as never
    await expect(pds.call(operation.projectAttestations, { input: named })).rejects.toMatchObject(off)
  })
})
