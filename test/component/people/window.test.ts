import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Page } from '#common/browser/index.ts'
import { app } from '#lexicons'
import { type Asked, Developer } from './developer.ts'
import { Scene } from './scene.ts'

const windowSeconds = 300

describe('a second factor that counts for five minutes, by policy', () => {
  let scene: Scene
  let alice: Developer

  beforeAll(async () => {
    scene = await Scene.open({ maxAgeSeconds: windowSeconds })
    alice = new Developer(scene, 'alice')
    await alice.signsIn()
    const appliance = await scene.callAs('appliance')
    const input = { org: scene.acme as never, managers: [alice.did] as never }
    await appliance.call(app.npm.operation.registerOrg, { input })
  })
  afterAll(async () => {
    vi.useRealTimers()
    await scene?.[Symbol.asyncDispose]()
  })

  /** For everything here at once, the provider included: all of it runs in this process. It never goes back. */
  function letPass(seconds: number): void {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 })
  }

  /** *Approve* is pressed. @returns where that leads, before anybody answers the provider */
  async function pressesApprove(asked: Pick<Asked, 'authUrl'>): Promise<Page> {
    return alice.presses(await alice.opens(asked.authUrl), 'Approve')
  }

  const isAsked = ({ url }: Page) => url.startsWith(scene.idpOrigin)
  const authTimeOf = ({ idToken }: { idToken: string }) => Number(decodeJwt(idToken)['auth_time'])

  async function credentialsOf(asked: Asked) {
    return alice.redeems((await alice.polls(asked)).body['token'], asked)
  }

  it('is asked for once within them, and a click each time', async () => {
    letPass(windowSeconds + 10)
    const first = await alice.asksToPermit('everyone')
    const asksForIt = await pressesApprove(first)
    expect(isAsked(asksForIt)).toBe(true)
    await alice.authenticates(asksForIt)
    const earlier = await credentialsOf(first)

    letPass(250)
    const second = await alice.asksToPermit('everyone')
    expect((await alice.polls(second)).status).toBe(202)
    expect(isAsked(await pressesApprove(second))).toBe(false)
    const later = await credentialsOf(second)
    expect(authTimeOf(later)).toBe(authTimeOf(earlier))
    // The org PDS goes by the same policy: this authentication is older than it takes without one.
    expect(await alice.submits(second, later)).toMatchObject({ uri: second.record.uri })

    letPass(60)
    const third = await alice.asksToPermit('everyone')
    const asksAgain = await pressesApprove(third)
    expect(isAsked(asksAgain)).toBe(true)
    await alice.authenticates(asksAgain)
    expect(authTimeOf(await credentialsOf(third))).toBeGreaterThan(authTimeOf(later))
  })

  it('does not count for a token, which outlives it', async () => {
    letPass(windowSeconds + 10)
    await alice.authenticates(await pressesApprove(await alice.asksToPermit('everyone')))
    letPass(30)
    expect(isAsked(await pressesApprove(await alice.asksForToken()))).toBe(true)
  })

  it('is what the org PDS says it is, whatever the people PDS asks for', async () => {
    letPass(windowSeconds + 10)
    await alice.authenticates(await pressesApprove(await alice.asksToPermit('everyone')))
    letPass(200)
    const asked = await alice.asksToPermit('everyone')
    expect(isAsked(await pressesApprove(asked))).toBe(false)
    const credentials = await credentialsOf(asked)
    const { network } = scene.config
    await scene.stopOrg()
    const idps = network.idps.map((idp) => ({ ...idp, maxAgeSeconds: 0 }))
    await scene.startOrg({ network: { ...network, idps } })
    const refused = await alice.submits(asked, credentials)
    expect(refused).toMatchObject({ error: 'StepUpRejected', message: expect.stringContaining('too old') })
  })
})
