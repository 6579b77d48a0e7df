import type { DidString } from '@atproto/syntax'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createBrowser } from '#common/browser/index.ts'
import { app, atproto } from '#lexicons'
import { buttonOn, Developer } from './developer.ts'
import { Scene } from './scene.ts'

/** Another server on the same host: to cookies it is the same site, to the Origin header it is not. */
const evilNeighbour = 'http://127.0.0.1:9/evil'

let scene: Scene

beforeAll(async () => {
  scene = await Scene.open()
})
afterAll(() => scene?.[Symbol.asyncDispose]())
afterEach(() => {
  scene.clock.aheadMs = 0
})

async function redeem(id: string) {
  return (await scene.callAs('gateway')).call(app.npm.operation.redeemSignIn, { input: { id } })
}

describe('signing in', () => {
  it('gives the gateway a token signed by the person, for a login and nothing else', async () => {
    const claims = await new Developer(scene, 'alice').signsIn()
    expect(claims).toMatchObject({ aud: 'did:web:gateway.test', lxm: app.npm.gateway.login.$nsid })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(60)
    expect(claims['iss']).toMatch(/^did:plc:/)
  })

  it('knows a person again, from any browser', async () => {
    const [first, second] = [new Developer(scene, 'alice'), new Developer(scene, 'alice')]
    expect((await first.signsIn())['iss']).toBe((await second.signsIn())['iss'])
  })

  it('names people after their name at the provider, and never by a name that is taken', async () => {
    await new Developer(scene, 'alice').signsIn()
    await new Developer(scene, 'dan').signsIn()
    const { people } = await (await scene.callAs('appliance')).call(app.npm.operation.listPeople, {
      params: { limit: 100 },
    })
    const handles = people.map(({ handle }) => handle)
    expect(handles).toContain('alice.people.test')
    expect(handles).toContain('dan-2.people.test')
  })

  it('shows who asks, and does not complete without a click', async () => {
    const bob = new Developer(scene, 'bob')
    const { id, loginUrl } = await bob.asksToSignIn({ address: '127.0.0.1', client: 'npm/11 <b>workspaces</b>' })
    const page = await bob.opens(loginUrl)
    expect(page.text).toContain('npm/11 <b>workspaces</b>')
    expect(page.text).toContain('bob.people.test')
    expect(await redeem(id)).toEqual({ state: 'pending' })
    const done = await bob.presses(page, 'Sign in')
    expect(done.text).toContain('You can close this window')
    expect(await redeem(id)).toMatchObject({ state: 'confirmed' })
  })

  it('is redeemed once', async () => {
    const bob = new Developer(scene, 'bob')
    const { id, loginUrl } = await bob.asksToSignIn()
    await bob.presses(await bob.opens(loginUrl), 'Sign in')
    await redeem(id)
    await expect(redeem(id)).rejects.toMatchObject({ code: 'ExpiredHandle' })
  })

  it('expires after five minutes', async () => {
    const bob = new Developer(scene, 'bob')
    const { id, loginUrl } = await bob.asksToSignIn()
    scene.clock.aheadMs = 301_000
    expect((await bob.opens(loginUrl)).status).toBe(404)
    await expect(redeem(id)).rejects.toMatchObject({ code: 'ExpiredHandle' })
  })

  it('warns of a requester at another address, and asks for a fresh second factor', async () => {
    const alice = new Developer(scene, 'alice')
    await alice.signsIn()
    const { id, loginUrl } = await alice.asksToSignIn({ address: '203.0.113.7', client: 'npm/11' })
    const page = await alice.opens(loginUrl)
    expect(page.text).toContain('This browser is somewhere else')
    const atProvider = await alice.presses(page, 'Sign in')
    expect(atProvider.url).toContain(scene.idpOrigin)
    expect(await redeem(id)).toEqual({ state: 'pending' })
    expect((await alice.authenticates(atProvider)).text).toContain('You can close this window')
    expect(await redeem(id)).toMatchObject({ state: 'confirmed' })
  })

  it("does not take another person's second factor for a requester at another address", async () => {
    const alice = new Developer(scene, 'alice')
    const { id, loginUrl } = await alice.asksToSignIn({ address: '203.0.113.7', client: 'npm/11' })
    const atProvider = await alice.presses(await alice.opens(loginUrl), 'Sign in')
    const bob = new Developer(scene, 'bob', {}, alice.browser)
    const page = await bob.authenticates(atProvider)
    expect(page).toMatchObject({ status: 403, text: expect.stringContaining('somebody else') })
    expect(await redeem(id)).toEqual({ state: 'pending' })
  })

  it('ends when the person says it was not them', async () => {
    const alice = new Developer(scene, 'alice')
    const { id, loginUrl } = await alice.asksToSignIn()
    await alice.presses(await alice.opens(loginUrl), 'This was not me')
    await expect(redeem(id)).rejects.toMatchObject({ code: 'SignInRefused' })
    expect((await alice.opens(loginUrl)).status).toBe(404)
  })

  it('takes no form without the token of its page, and none of another site', async () => {
    const alice = new Developer(scene, 'alice')
    const { id, loginUrl } = await alice.asksToSignIn()
    const page = await alice.opens(loginUrl)
    for (const form_token of [undefined, 'guess']) {
      expect((await alice.presses(page, 'Sign in', { form_token })).status).toBe(400)
    }
    const form = buttonOn(page, 'Sign in')
    const elsewhere = { ...form, page: { ...page, url: evilNeighbour, headers: new Headers() } }
    expect((await alice.browser.submit(elsewhere)).status).toBe(400)
    expect(await redeem(id)).toEqual({ state: 'pending' })
  })

  it('does not let a browser finish what another began at the provider', async () => {
    let callback = ''
    const mallory = new Developer(scene, 'bob', {
      fetch: async (url, init) => {
        if (url.pathname !== '/oidc/callback') return fetch(url, init)
        callback = url.href
        return new Response('kept for the victim')
      },
    })
    await mallory.opens((await mallory.asksToSignIn()).loginUrl)
    const victim = await createBrowser().open(callback)
    expect(victim).toMatchObject({ status: 404, text: expect.stringContaining('This link was used') })
  })

  it('survives a restart while the person is at the provider', async () => {
    const carol = new Developer(scene, 'carol')
    const { id, loginUrl } = await carol.asksToSignIn()
    const atProvider = await carol.browser.open(loginUrl)
    await scene.restartPeople()
    const page = await carol.authenticates(atProvider)
    await scene.restartPeople()
    await carol.presses(page, 'Sign in')
    await scene.restartPeople()
    expect(await redeem(id)).toMatchObject({ state: 'confirmed' })
  })

  it('signs out for good, and by a click only', async () => {
    const alice = new Developer(scene, 'alice')
    const { loginUrl } = await alice.asksToSignIn()
    const page = await alice.opens(loginUrl)
    const asked = await alice.browser.open(`${new URL(loginUrl).origin}/sign-out`)
    expect((await alice.browser.open(loginUrl)).title).toBe(page.title)
    expect((await alice.presses(asked, 'Sign out')).text).toContain('Nobody is signed in')
    expect((await alice.presses(page, 'Sign in')).status).toBe(400)
  })

  it('lets one address open only so many', async () => {
    const alice = new Developer(scene, 'alice')
    const requester = { address: '198.51.100.9', client: 'npm/11' }
    for (let opened = 0; opened < 50; opened += 1) await alice.asksToSignIn(requester)
    await expect(alice.asksToSignIn(requester)).rejects.toMatchObject({ code: 'TooManyRequests' })
    await expect(alice.asksToSignIn()).resolves.toBeDefined()
  })

  it('lets nobody begin on one page without end, nor keep others out of pages that all share', async () => {
    const strangers = async (path: string) => {
      const url = new URL(path, scene.config.network.publicUrls.people)
      const answers: number[] = []
      for (let visit = 0; visit < 21; visit += 1) answers.push((await fetch(url, { redirect: 'manual' })).status)
      return answers.at(-1)
    }
    expect(await strangers((await new Developer(scene, 'alice').asksToSignIn()).loginUrl)).toBe(429)
    expect(await strangers('/approvals')).toBe(303)
  })

  it('is refused from another address where policy says so, and by code, too', async () => {
    await scene.restartPeople({ signIn: { otherAddress: 'refuse' } })
    const alice = new Developer(scene, 'alice')
    const { id, loginUrl } = await alice.asksToSignIn({ address: '203.0.113.7', client: 'npm/11' })
    const refused = { status: 403, text: expect.stringContaining('asked for from 203.0.113.7') }
    expect(await alice.opens(loginUrl)).toMatchObject(refused)
    expect(await alice.types((await alice.asksByCode()).userCode)).toMatchObject(refused)
    await alice.signsIn()
    await scene.restartPeople()
    // The button of a page that was open while policy changed.
    const page = await alice.opens(loginUrl)
    await scene.restartPeople({ signIn: { otherAddress: 'refuse' } })
    expect(await alice.presses(page, 'Sign in')).toMatchObject(refused)
    expect(await redeem(id)).toEqual({ state: 'pending' })
    await scene.restartPeople()
  })

  it('remembers where people read mail only where settings want that, for the AppView alone', async () => {
    const alice = new Developer(scene, 'alice')
    const did = (await alice.signsIn())['iss'] as DidString
    const addressFor = async (peer: 'appview' | 'gateway') =>
      (await scene.callAs(peer)).call(app.npm.operation.getAddress, { params: { did } })
    expect(await addressFor('appview')).toEqual({})
    await scene.restartPeople({ keepAddresses: true })
    await new Developer(scene, 'alice').signsIn()
    expect(await addressFor('appview')).toEqual({ address: 'alice@acme.test' })
    await expect(addressFor('gateway')).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    await scene.restartPeople()
    expect(await addressFor('appview')).toEqual({})
  })

  it('is opened and redeemed by the gateway alone', async () => {
    const stranger = await scene.callAs('appview')
    const requester = { address: '127.0.0.1', client: 'npm/11' }
    const asked = stranger.call(app.npm.operation.openSignIn, { input: { requester } })
    await expect(asked).rejects.toMatchObject({ code: 'UntrustedIssuer' })
  })
})

describe('signing in by code', () => {
  it('shows who asks, warns, and takes a fresh second factor even from the same address', async () => {
    const alice = new Developer(scene, 'alice')
    const { id, userCode } = await alice.asksByCode({ address: '127.0.0.2', client: 'atoll <b>1</b>' })
    expect(userCode).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
    // As people type.
    const page = await alice.types(` ${userCode.toLowerCase().replace('-', ' ')}`)
    for (const shown of ['127.0.0.2', 'atoll <b>1</b>', 'alice.people.test', 'Whoever sits there gets in as you']) {
      expect(page.text).toContain(shown)
    }
    expect(await redeem(id)).toEqual({ state: 'pending' })
    const atProvider = await alice.presses(page, 'Sign in')
    expect(atProvider.url).toContain(scene.idpOrigin)
    expect(await redeem(id)).toEqual({ state: 'pending' })
    expect((await alice.authenticates(atProvider)).text).toContain('You can close this window')
    expect(await redeem(id)).toMatchObject({ state: 'confirmed' })
    await expect(redeem(id)).rejects.toMatchObject({ code: 'ExpiredHandle' })
    expect((await alice.types(userCode)).status).toBe(400)
  })

  it('is for who typed the code first, whoever gets hold of the page or the code', async () => {
    const [alice, bob] = [new Developer(scene, 'alice'), new Developer(scene, 'bob')]
    const { id, userCode } = await alice.asksByCode()
    const page = await alice.types(userCode)
    expect((await bob.types(userCode)).status).toBe(400)
    expect((await bob.opens(page.url)).status).toBe(404)
    // Alice may close the window and begin anew.
    const again = await alice.types(userCode)
    expect((await alice.opens(page.url)).status).toBe(404)
    await alice.authenticates(await alice.presses(again, 'Sign in'))
    expect(await redeem(id)).toMatchObject({ state: 'confirmed' })
  })

  it('ends when the person says it was not them, and after ten minutes', async () => {
    const alice = new Developer(scene, 'alice')
    const refused = await alice.asksByCode()
    await alice.presses(await alice.types(refused.userCode), 'This was not me')
    await expect(redeem(refused.id)).rejects.toMatchObject({ code: 'SignInRefused' })
    expect((await alice.types(refused.userCode)).status).toBe(400)
    const late = await alice.asksByCode()
    scene.clock.aheadMs = 601_000
    expect((await alice.types(late.userCode)).status).toBe(400)
    await expect(redeem(late.id)).rejects.toMatchObject({ code: 'ExpiredHandle' })
  })

  it('lets nobody guess: ten wrong codes, also at once, and a right one is not even looked at', async () => {
    const dan = new Developer(scene, 'dan')
    const { userCode } = await dan.asksByCode()
    const page = await dan.opens(`${scene.config.network.publicUrls.people}/device`)
    const wrong = Array.from({ length: 14 }, () => dan.presses(page, 'Continue', { code: 'AAAA-AAAA' }))
    const statuses = (await Promise.all(wrong)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(10)
    expect(new Set(statuses)).toEqual(new Set([400, 429]))
    for (let more = 0; more < 10; more += 1) await dan.presses(page, 'Continue', { code: 'AAAA-AAAA' })
    expect((await dan.types(userCode)).status).toBe(429)
    scene.clock.aheadMs = 599_000
    const alice = new Developer(scene, 'alice')
    expect((await alice.types((await alice.asksByCode()).userCode)).status).toBe(200)
    scene.clock.aheadMs = 601_000
    expect((await dan.types((await dan.asksByCode()).userCode)).status).toBe(200)
  })
})

describe('somebody who is disabled', () => {
  it('has no session any more, and hears why they cannot sign in', async () => {
    const carol = new Developer(scene, 'carol')
    await carol.signsIn()
    const { loginUrl } = await carol.asksToSignIn()
    const page = await carol.opens(loginUrl)
    // Nothing here answers for the gateway: it is told later.
    expect(await disables(carol)).toMatchObject({ disabled: true, settled: false })
    expect((await carol.presses(page, 'Sign in')).status).toBe(400)
    const refused = await carol.opens(loginUrl)
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('The account carol.people.test is disabled')
    expect(await activeAtHost(carol)).toBe(false)
  })

  it('stays so through a crash before anybody was told', async () => {
    const dan = new Developer(scene, 'dan')
    await dan.signsIn()
    const disable =
      'UPDATE person SET disabled_at = now(), status_told = false, status_by = $2, status_reason = $2 WHERE did = $1'
    await scene.changePeopleTables(disable, [dan.did, 'did:web:appliance.test'])
    await scene.restartPeople()
    await expect.poll(() => activeAtHost(dan), { timeout: 10_000 }).toBe(false)
  })

  it('is disabled by the appliance alone', async () => {
    const input = { did: scene.acme as DidString, disabled: true, reason: 'none' }
    const asked = (await scene.callAs('gateway')).call(app.npm.operation.setPersonStatus, { input })
    await expect(asked).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    const unknown = (await scene.callAs('appliance')).call(app.npm.operation.setPersonStatus, { input })
    await expect(unknown).rejects.toMatchObject({ code: 'RepoNotFound' })
  })

  async function disables({ did }: Developer) {
    const input = { did: did as DidString, disabled: true, reason: 'left' }
    return (await scene.callAs('appliance')).call(app.npm.operation.setPersonStatus, { input })
  }

  async function activeAtHost({ did }: Developer): Promise<boolean> {
    const answer = await (await scene.callAs('org')).fetch(atproto.getRepoStatus, { did })
    return ((await answer.json()) as { active: boolean }).active
  }
})

describe('every page', () => {
  it('cannot be framed, stored or scripted, and tells other sites nothing', async () => {
    const alice = new Developer(scene, 'alice')
    const { loginUrl } = await alice.asksToSignIn()
    const { origin } = new URL(loginUrl)
    for (const url of [loginUrl, `${origin}/login/unknown`, `${origin}/nowhere`, `${origin}/done/unknown`]) {
      const { headers, body } = await alice.opens(url)
      const policy = headers.get('content-security-policy')
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(body).not.toContain('<script')
    }
  })

  it('keeps its cookies from scripts and other sites', async () => {
    const { loginUrl } = await new Developer(scene, 'alice').asksToSignIn()
    const response = await fetch(loginUrl, { redirect: 'manual' })
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Lax/)])
  })

  it('serves nothing of the PDS behind it', async () => {
    const { loginUrl } = await new Developer(scene, 'alice').asksToSignIn()
    const { origin } = new URL(loginUrl)
    for (const path of [
      '/xrpc/_health',
      '/xrpc/com.atproto.server.createSession',
      '/xrpc/app.npm.operation.openSignIn',
    ]) {
      expect((await fetch(`${origin}${path}`, { method: 'POST' })).status).toBe(404)
    }
  })
})
