import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeEnrolment, composeOperation, putTeam } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { Developer } from './developer.ts'
import { Scene } from './scene.ts'

let scene: Scene
let alice: Developer
let bob: Developer

beforeAll(async () => {
  scene = await Scene.open()
  alice = new Developer(scene, 'alice')
  bob = new Developer(scene, 'bob')
  await alice.signsIn()
  await bob.signsIn()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

describe('an approval is not opened', () => {
  const soon = Math.floor(Date.now() / 1000) + 600

  async function open(operation: Uint8Array, did: string) {
    const requester = { address: '127.0.0.1', client: 'npm/11' }
    const input = { operation, did: did as DidString, client: 'token-1', requester }
    return (await scene.callAs('gateway')).call(app.npm.operation.openApproval, { input })
  }
  function team(expiry: number): Uint8Array {
    const input = { name: 'core', members: [], createdAt: new Date().toISOString() }
    return composeOperation({ org: scene.acme, procedure: putTeam.procedure, input, expiry }).bytes
  }

  it('for an operation nobody approves on a page, one that has expired, or no operation at all', async () => {
    const subject = { issuer: scene.idpOrigin, subject: 'somebody', did: alice.did }
    for (const bytes of [composeEnrolment(subject, soon).bytes, team(1), Buffer.from('nothing')]) {
      await expect(open(bytes, alice.did)).rejects.toMatchObject({ code: 'InvalidOperation' })
    }
  })

  it('for somebody without an account', async () => {
    await expect(open(team(soon), scene.acme)).rejects.toMatchObject({ code: 'InvalidOperation' })
  })

  it('for somebody who has too many open', async () => {
    for (let opened = 0; opened < 100; opened += 1) await open(team(soon), bob.did)
    await expect(open(team(soon), bob.did)).rejects.toMatchObject({ code: 'TooManyRequests' })
    await expect(open(team(soon), alice.did)).resolves.toBeDefined()
  })
})
